import { DeployError } from '../errors.ts';
import type { BuildPlan } from '../plan/build-slices.ts';
import type { Buildx } from '../values/builder.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';
import { findExisting, type Existing } from './existing.ts';
import type { PatientPorts } from '../registry/patience.ts';
import type { BuildInputs } from './record.ts';

type Occupied = Extract<Existing, { readonly kind: 'other' | 'unrecorded' }>;

/**
 * The digest under the tag of the commit, when somebody has pushed the same meanwhile; undefined when the tag is free. Throws `tag-taken` when it has
 * something else, `push-refused` when nobody can tell.
 */
export async function whoWasQuicker(
  { image, sha }: Pick<BuildPlan, 'image' | 'sha'>,
  inputs: BuildInputs,
  buildx: Buildx,
  ports: PatientPorts,
): Promise<string | undefined> {
  const there = await findExisting(image, sha, inputs, buildx, ports);
  switch (there.kind) {
    case 'missing':
      return undefined;
    case 'same':
      return there.digest;
    case 'unknown':
      throw unanswered(image, there.why);
    case 'other':
    case 'unrecorded':
      throw tagTaken(image, there);
  }
}

/** Nobody knows whether the tag is free, and then none is written. */
export function unanswered(image: ImageReference, words: string): DeployError {
  const reference = formatImageReference({ ...image, digest: undefined });
  return new DeployError('push-refused', `The registry does not tell what it has as ${reference}: ${words}`, {
    hint: 'No tag is written that may be there already. Run the job again when the registry answers.',
  });
}

/** The tag was written, and nobody can tell whether it is there. */
export function unconfirmed(image: ImageReference, words: string): DeployError {
  const reference = formatImageReference({ ...image, digest: undefined });
  return new DeployError('push-refused', `The registry took ${reference} and does not confirm it: ${words}`, {
    hint: 'Run the job again when the registry answers: an image that is there is not built a second time.',
  });
}

/** The tag of the commit has an image that is not this one. A tag of a commit is never overwritten. */
export function tagTaken(image: ImageReference, there: Occupied): DeployError {
  const reference = formatImageReference({ ...image, digest: undefined });
  if (there.kind === 'other') {
    const how = there.differences.join('; ');
    return new DeployError('tag-taken', `${reference} is there already, built otherwise: ${how}`, {
      hint: 'The tag of a commit is never overwritten, for somebody may run it. Give another build another repository with the input image, or commit the change.',
    });
  }
  const origin = there.revision === undefined ? '' : ` (its label says it is of commit ${there.revision.slice(0, 12)})`;
  return new DeployError(
    'tag-taken',
    `${reference} is there already, and nothing tells what it was built from${origin}`,
    {
      hint: 'The tag of a commit is never overwritten. To deploy the image as it is, use "build: never", or name it with the input images.',
    },
  );
}
