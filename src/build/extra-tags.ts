import { DeployError } from '../errors.ts';
import type { Buildx } from '../values/builder.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';
import { inShort, registryAnswer } from '../registry/answers.ts';
import { lastError } from '../registry/last-error.ts';
import { refusal } from './existing.ts';
import { inspectImage } from '../registry/inspect.ts';
import { runPatiently, type PatientPorts } from '../registry/patience.ts';
import { tagCommand } from '../registry/tag-command.ts';

const PAUSES_SECONDS = [1, 4] as const;

/** Gives a digest that is in the registry further tags, moving those that name another. Returns them as references. */
export async function giveTags(
  image: ImageReference,
  digest: string,
  tags: readonly string[],
  buildx: Buildx,
  ports: PatientPorts,
): Promise<readonly string[]> {
  return giveReferences(image, digest, referencesOf(image, tags), buildx, ports);
}

/** The same for whole references, which may be in another repository of the registry. */
export async function giveReferences(
  image: ImageReference,
  digest: string,
  references: readonly string[],
  buildx: Buildx,
  ports: PatientPorts,
): Promise<readonly string[]> {
  const found = await Promise.all(references.map(async (reference) => inspectImage(reference, buildx, ports)));
  const missing = references.filter((_, index) => {
    const there = found[index];
    return there?.kind !== 'there' || there.digest !== digest;
  });
  if (missing.length === 0) {
    return references;
  }
  const command = tagCommand(image, digest, missing, buildx);
  ports.notify({ kind: 'running', command });
  const result = await runPatiently(
    command,
    {
      pausesSeconds: PAUSES_SECONDS,
      mayPass: ({ stderr, timedOut }) => timedOut || registryAnswer(lastError(stderr)) === 'passing',
      says: ({ stderr }) => `The registry did not take the tags ${missing.join(', ')} (${inShort(lastError(stderr))})`,
    },
    ports,
  );
  if (result.exitCode !== 0) {
    const isThere = references.some((_, index) => found[index]?.kind === 'there');
    throw tagFailure(image, missing, lastError(result.stderr), isThere);
  }
  return references;
}

/** The references of further tags of an image. */
export function referencesOf(image: ImageReference, tags: readonly string[]): readonly string[] {
  return tags
    .filter((tag) => tag !== image.tag)
    .map((tag) => formatImageReference({ ...image, tag, digest: undefined }));
}

function tagFailure(
  image: ImageReference,
  references: readonly string[],
  words: string,
  isThere: boolean,
): DeployError {
  const names = references.join(', ');
  const answer = registryAnswer(words);
  if (answer === 'refused') {
    return refusal(image, words);
  }
  // In whatever words it is said elsewhere: buildx passes on no more than the status here.
  if (answer === 'taken' || (isThere && /\b(?:400|409|412) [A-Z]/.test(words))) {
    return new DeployError('tag-taken', `The registry does not let these tags be moved: ${names} (${inShort(words)})`, {
      hint: 'A repository with immutable tags takes a tag once. Leave tags that move, such as the name of the branch, out of the input tags.',
    });
  }
  return new DeployError('push-refused', `The registry did not take ${names}: ${inShort(words)}`, {
    hint: 'The image is in the registry, only these tags are not. Run the job again: what was built is found in the cache.',
  });
}
