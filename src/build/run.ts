import { DeployError } from '../errors.ts';
import type { BuildPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import type { Builder, Buildx } from '../values/builder.ts';
import type { BuiltImage } from '../values/built-image.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';
import { inspectImage } from '../registry/inspect.ts';
import type { PatientPorts } from '../registry/patience.ts';
import { buildAnew } from './anew.ts';
import { inputsOf } from './record.ts';
import { imageNotFound, reuseImage } from './reuse.ts';
import { buildUnpushed } from './unpushed.ts';

/**
 * The image of a commit: what is in the registry already, when it was built from the same, else a new one, pushed and known by the digest that both the
 * build and the registry name; one that is not to be pushed is built and that is all. `open` is called only when something has to be built. Throws `build-failed`, `push-refused`, `tag-taken`,
 * `image-not-found`, `disk-full`, `builder-unavailable` or `digest-mismatch`.
 */
export async function buildImage(
  plan: BuildPlan,
  open: () => Promise<Builder>,
  buildx: Buildx,
  ports: Ports,
): Promise<BuiltImage> {
  const inputs = inputsOf(plan, ports.sha256);
  if (!plan.isPushed) {
    return buildUnpushed(plan, inputs, open, ports);
  }
  const reused = await reuseImage({ image: plan.image, tags: plan.tags, inputs }, plan, buildx, ports);
  return reused ?? buildAnew(plan, inputs, open, ports);
}

/** Adds the digests that the registry names to images that have none. Throws `image-not-found`. */
export async function resolveDigests(
  images: readonly ImageReference[],
  buildx: Buildx,
  ports: PatientPorts,
): Promise<readonly ImageReference[]> {
  return Promise.all(
    images.map(async (image) => {
      return image.digest === undefined ? { ...image, digest: await digestThere(image, buildx, ports) } : image;
    }),
  );
}

/**
 * The same, also for images that are said to have a digest: a tag has to stand on that digest, and a digest without a tag has to be there. Throws
 * `image-not-found` or `digest-mismatch`; `by` is who says so.
 */
export async function confirmDigests(
  images: readonly ImageReference[],
  by: string,
  buildx: Buildx,
  ports: PatientPorts,
): Promise<readonly ImageReference[]> {
  const inquiries = images.map((image) => (image.tag === undefined ? image : { ...image, digest: undefined }));
  const found = await Promise.all(inquiries.map(async (image) => digestThere(image, buildx, ports)));
  return images.map((image, index) => {
    const digest = found[index];
    if (image.digest !== undefined && image.digest !== digest) {
      throw new DeployError(
        'digest-mismatch',
        `${by} says it pushed ${formatImageReference(image)}, but the registry has ${digest ?? 'no such digest'}`,
        { hint: 'Somebody else pushed the same tag at the same time; run the job again.' },
      );
    }
    return { ...image, digest };
  });
}

/** The digest that the registry names for a reference. */
async function digestThere(image: ImageReference, buildx: Buildx, ports: PatientPorts): Promise<string> {
  const reference = formatImageReference(image);
  const found = await inspectImage(reference, buildx, ports);
  if (found.kind === 'there') {
    return found.digest;
  }
  throw found.answer === 'missing'
    ? imageNotFound(`The registry has no image ${reference}`)
    : new DeployError('image-not-found', `The registry does not tell what ${reference} is: ${found.words}`, {
        hint: 'Check that the job is logged in to the registry (input registry-auth, or docker/login-action) and may read the repository.',
      });
}
