import type { KubeObject } from '../kube/object.ts';
import { OWN_ANNOTATIONS } from '../kube/own-annotations.ts';
import type { Origin } from '../plan/slices.ts';
import { repositoryOf, type ImageReference } from '../values/image.ts';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';

/** What is written onto each object that a run applies. `images` are those of the run. */
export type Stamp = { readonly origin: Origin; readonly images: readonly ImageReference[] };

/**
 * The object with the annotations that say who deployed it, in its own metadata and never in a pod template, where they would start a
 * rollout. `due` are the workloads that it is to be marked with. A Namespace gets none: to create one must not need the right to change it.
 */
export function stamped(object: KubeObject, { origin, images }: Stamp, due: string | undefined): KubeObject {
  if (object.kind === 'Namespace') {
    return object;
  }
  const stamps: Readonly<Record<string, string | undefined>> = {
    [OWN_ANNOTATIONS.commit]: origin.commit,
    [OWN_ANNOTATIONS.repository]: origin.repository,
    [OWN_ANNOTATIONS.run]: origin.runUrl,
    [OWN_ANNOTATIONS.images]: digestsIn(object, images),
    [OWN_ANNOTATIONS.restartDue]: due,
  };
  const known = Object.entries(stamps).filter(([, value]) => value !== undefined && value !== '');
  const { annotations } = object.metadata;
  const others = isJsonObject(annotations) ? annotations : {};
  return { ...object, metadata: { ...object.metadata, annotations: { ...others, ...Object.fromEntries(known) } } };
}

/** True when the object was applied by this run. */
export function hasStamp(object: JsonObject, { commit, runUrl }: Origin): boolean {
  const stampOf = (name: string): string => textAt(object, 'metadata', 'annotations', name) ?? '';
  return stampOf(OWN_ANNOTATIONS.commit) === commit && stampOf(OWN_ANNOTATIONS.run) === runUrl;
}

/** The images of the run that the object names by their digest, wherever in it: custom resources have places of their own. */
function digestsIn(object: KubeObject, images: readonly ImageReference[]): string {
  const { data: _data, stringData: _stringData, ...rest } = object;
  const text = images.length === 0 ? '' : JSON.stringify(rest);
  return images
    .flatMap((image) =>
      image.digest !== undefined && text.includes(image.digest) ? [`${repositoryOf(image)}@${image.digest}`] : [],
    )
    .join(' ');
}
