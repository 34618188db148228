import { isJsonObject, objectsAt, valueAt, type JsonObject } from '../values/json.ts';
import type { KubeObject } from './object.ts';

const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
};

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Where the pod template of a kind is, from the root of the object; undefined for kinds that run no pods. A Pod is its own template. */
export function podTemplatePath(kind: string): readonly string[] | undefined {
  return Object.hasOwn(TEMPLATE_PATHS, kind) ? TEMPLATE_PATHS[kind] : undefined;
}

/** One container of a pod template and where it is in the object. */
export type ContainerPlace = {
  readonly name: string;
  readonly image: string | undefined;
  readonly path: readonly (string | number)[];
};

/** All containers, init containers first. */
export function containersOf(object: KubeObject): readonly ContainerPlace[] {
  const templatePath = podTemplatePath(object.kind);
  if (templatePath === undefined) {
    return [];
  }
  return CONTAINER_LISTS.flatMap((list) => {
    const path = [...templatePath, 'spec', list];
    return objectsAt(object, ...path).map((container, index) => ({
      name: typeof container['name'] === 'string' ? container['name'] : `#${index}`,
      image: typeof container['image'] === 'string' ? container['image'] : undefined,
      path: [...path, index],
    }));
  });
}

/** The pod template itself, or undefined for kinds that have none. */
export function podTemplateOf(object: KubeObject): JsonObject | undefined {
  const path = podTemplatePath(object.kind);
  const template = path === undefined ? undefined : valueAt(object, ...path);
  return isJsonObject(template) ? template : undefined;
}
