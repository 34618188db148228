import type { Finding, Problem } from '../errors.ts';
import type { ImageLook } from '../values/image-look.ts';
import { parseImageReference } from '../values/image.ts';
import type { ImageUse } from './image-uses.ts';
import { askEach } from './parallel.ts';
import { unfitPlatforms } from './platforms.ts';

/** What the registries tell this runner. Throws only when the run is cancelled. */
export type ImageRegistry = { look(reference: string): Promise<ImageLook> };

export type MissingImages = { readonly findings: readonly Finding[]; readonly notes: readonly string[] };

/**
 * Images that their registry does not have, and images that are for no node; each reference is looked up once. Where nobody can look, one
 * note says for which registries. `nodePlatforms` is undefined where nobody knows the nodes.
 */
export async function findMissingImages(
  images: readonly ImageUse[],
  registry: ImageRegistry,
  nodePlatforms: readonly string[] | undefined,
): Promise<MissingImages> {
  const references = [...new Set(images.map(({ reference }) => reference))];
  const looks = await askEach(references, async (reference) => registry.look(reference));
  const known = new Map(looks);
  return {
    findings: images.flatMap((use) => findingsOf(use, known.get(use.reference), nodePlatforms)),
    notes: unknownNote(looks),
  };
}

function findingsOf(
  use: ImageUse,
  look: ImageLook | undefined,
  nodePlatforms: readonly string[] | undefined,
): readonly Finding[] {
  if (look?.kind === 'missing') {
    const hint =
      'Was it pushed, and under that tag? Check too that the job is logged in to the registry. What only the nodes have is no trouble with must-exist: references.';
    return [{ code: 'image-not-found', problem: problemAt(use, `the registry has no image ${use.reference}`, hint) }];
  }
  const platforms = look?.kind === 'there' ? look.platforms : [];
  const unfit = unfitPlatforms(platforms, nodePlatforms, use.nodes);
  if (unfit === undefined) {
    return [];
  }
  const message = `image ${use.reference} is for ${platforms.join(', ')}, and the nodes are ${unfit.join(', ')}`;
  const hint = 'Build it for that platform too, or choose nodes with the nodeSelector kubernetes.io/arch.';
  return [{ code: 'image-platform-mismatch', problem: problemAt(use, message, hint) }];
}

function problemAt({ object, container, place }: ImageUse, message: string, hint: string): Problem {
  return { message: `${object}, container ${container}: ${message}`, hint, ...place };
}

function unknownNote(looks: readonly (readonly [string, ImageLook])[]): readonly string[] {
  const unknown = looks.flatMap(([reference, look]) =>
    look.kind === 'unknown' ? [{ registry: registryOf(reference), why: look.why }] : [],
  );
  const registries = [...Map.groupBy(unknown, ({ registry }) => registry)].map(([registry, [first]]) =>
    first === undefined ? registry : `${registry} (${first.why})`,
  );
  return registries.length === 0
    ? []
    : [`whether images are there could not be looked up in ${registries.toSorted().join(', ')}`];
}

function registryOf(reference: string): string {
  try {
    return parseImageReference(reference).registry ?? 'docker.io';
  } catch {
    return reference;
  }
}
