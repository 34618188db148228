import { DeployError } from '../errors.ts';
import type { BuildSettings } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import type { Buildx } from '../values/builder.ts';
import type { BuiltImage } from '../values/built-image.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';
import { findExisting, type Existing } from './existing.ts';
import { giveTags } from './extra-tags.ts';
import type { BuildInputs } from './record.ts';
import { tagTaken, unanswered } from './taken.ts';

/** An image as a run wants it: its repository with the tag of the commit, the names of further tags, and what it is built from. */
export type WantedImage = {
  readonly image: ImageReference;
  readonly tags: readonly string[];
  readonly inputs: BuildInputs;
};

/**
 * The image that a commit has already; undefined when it has to be built. Throws `tag-taken` when it has another one, `image-not-found` when none may
 * be built, `push-refused` when the registry lets nobody in or gives no answer.
 */
export async function reuseImage(
  { image, tags, inputs }: WantedImage,
  { mode, sha }: Pick<BuildSettings, 'mode' | 'sha'>,
  buildx: Buildx,
  ports: Pick<Ports, 'exec' | 'clock' | 'notify' | 'assertNotCancelled'>,
): Promise<BuiltImage | undefined> {
  const there = await findExisting(image, sha, inputs, buildx, ports);
  const digest = reusableDigest(there, image, mode);
  if (digest === undefined) {
    return undefined;
  }
  if (there.kind === 'same') {
    const text = `${formatImageReference(image)} was built before from the same inputs: nothing is built`;
    ports.notify({ kind: 'note', text });
  }
  const given = await giveTags(image, digest, tags, buildx, ports);
  return { image: { ...image, digest }, how: 'reused', tags: given, cache: undefined, advice: [] };
}

function reusableDigest(there: Existing, image: ImageReference, mode: BuildSettings['mode']): string | undefined {
  const isRequired = mode === 'never';
  const reference = formatImageReference(image);
  switch (there.kind) {
    case 'same':
      return there.digest;
    case 'other':
      throw tagTaken(image, there);
    case 'unrecorded':
      if (!isRequired) {
        throw tagTaken(image, there);
      }
      return there.digest;
    case 'unknown':
      if (isRequired) {
        throw imageNotFound(`The registry does not tell what ${reference} is: ${there.why}`);
      }
      if (there.isSilent === true) {
        // Whoever waited for it twice would wait for its cache and at each push again.
        throw unanswered(image, there.why);
      }
      return undefined;
    case 'missing':
      if (isRequired) {
        throw imageNotFound(`The registry has no image ${reference}, and "build: never" builds none`);
      }
      return undefined;
  }
}

/** Of an image that has to be there. */
export function imageNotFound(message: string): DeployError {
  return new DeployError('image-not-found', message, {
    hint: 'Was it pushed? Check the repository and the tag, and that the job that builds it has ended.',
  });
}
