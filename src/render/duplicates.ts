import { placeOf, type Manifest } from '../kube/manifest.ts';
import { describeObject, groupOf, type KubeObject } from '../kube/object.ts';
import type { Finding } from '../errors.ts';

/** Objects that are there twice: the second would silently undo the first. */
export function findDuplicates(manifests: readonly Manifest[]): readonly Finding[] {
  const first = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const identity = identityOf(manifest.object);
    const earlier = first.get(identity);
    if (earlier === undefined) {
      first.set(identity, manifest);
      return [];
    }
    return [duplicateOf(earlier, manifest)];
  });
}

function duplicateOf(earlier: Manifest, manifest: Manifest): Finding {
  const problem = {
    message: `${describeObject(manifest.object)} is already in ${placeOf(earlier, [])}`,
    hint: 'Remove or rename one of the two, or name only one of the files in the inputs.',
    file: manifest.file,
    line: manifest.lineOf([]),
  };
  return { code: 'manifest-invalid', problem };
}

/** The version does not count: apps/v1 and apps/v1beta1 are the same object. */
function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  return JSON.stringify([groupOf(apiVersion), kind, metadata.namespace ?? '', metadata.name]);
}
