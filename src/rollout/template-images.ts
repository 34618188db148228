import { objectsAt, textAt, type JsonObject } from '../values/json.ts';
import type { SubjectRule } from '../values/subject.ts';

/** Container name → image of the pod template, init containers included. A Pod is its own template. */
export function templateImages(object: JsonObject | undefined, rule: SubjectRule): ReadonlyMap<string, string> {
  const spec = rule === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
  const containers = ['initContainers', 'containers'].flatMap((list) => objectsAt(object, ...spec, list));
  return new Map(containers.map((container) => [textAt(container, 'name') ?? '', textAt(container, 'image') ?? '']));
}
