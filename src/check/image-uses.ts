import { describeObject, isKubeObject } from '../kube/object.ts';
import { containersOf, podTemplateOf } from '../kube/pod-template.ts';
import type { Target } from '../kube/target.ts';
import { isUnpinned, parseImageReference, sameRepository, type ImageReference } from '../values/image.ts';
import { textAt, valueAt, type JsonObject } from '../values/json.ts';

/** One container that is going to run an image, and where that is written. */
export type ImageUse = {
  readonly reference: string;
  readonly place: { readonly file: string; readonly line: number | undefined };
  /** "Deployment/server in shop" */
  readonly object: string;
  readonly container: string;
  /** What the pod's nodeSelector says of kubernetes.io/os and kubernetes.io/arch. */
  readonly nodes: { readonly os: string | undefined; readonly arch: string | undefined };
};

/** An object of the set, and the one that is there now. */
export type ImageChange = { readonly target: Target; readonly live: JsonObject | undefined };

/**
 * The images of objects that change and that the same container does not have already: only those need a look. Left out are images that
 * this run builds (`built`), those that no registry is asked for (imagePullPolicy: Never), and those without a fixed version or with a
 * name that cannot be read, which are refused anyway.
 */
export function imagesToLookUp(changes: readonly ImageChange[], built: readonly ImageReference[]): readonly ImageUse[] {
  return changes.flatMap(({ target, live }) => {
    const { object, manifest } = target;
    const now = isKubeObject(live) ? containersOf(live) : [];
    return containersOf(object).flatMap(({ name, image, path }): readonly ImageUse[] => {
      const hasIt = now.some((other) => other.name === name && other.image === image);
      const isNever = textAt(valueAt(object, ...path), 'imagePullPolicy') === 'Never';
      if (image === undefined || hasIt || isNever || !isWorthALook(image, built)) {
        return [];
      }
      const place = { file: manifest.file, line: manifest.lineOf([...path, 'image']) };
      return [
        { reference: image, place, object: describeObject(manifest.object), container: name, nodes: nodesOf(object) },
      ];
    });
  });
}

function isWorthALook(text: string, built: readonly ImageReference[]): boolean {
  try {
    const image = parseImageReference(text);
    return !isUnpinned(image) && !built.some((own) => sameRepository(own, image) && own.tag === image.tag);
  } catch {
    return false;
  }
}

function nodesOf(object: Target['object']): ImageUse['nodes'] {
  const selector = valueAt(podTemplateOf(object), 'spec', 'nodeSelector');
  return { os: textAt(selector, 'kubernetes.io/os'), arch: textAt(selector, 'kubernetes.io/arch') };
}
