import type { Command } from '../ports.ts';
import type { Buildx } from '../values/builder.ts';
import { repositoryOf, type ImageReference } from '../values/image.ts';

/** Nothing but manifests. */
const TIMEOUT_SECONDS = 30;
/** To another repository layers may have to be copied. */
const COPY_TIMEOUT_SECONDS = 120;

/**
 * The command that gives a digest of a repository its tags, all at once. Without `--prefer-index=false` buildx wraps a single manifest into an
 * index, which has another digest.
 */
export function tagCommand(
  image: ImageReference,
  digest: string,
  references: readonly string[],
  { path: tool, env }: Buildx,
): Command {
  const tags = references.flatMap((reference) => ['--tag', reference]);
  const source = `${repositoryOf(image)}@${digest}`;
  const args = ['imagetools', 'create', '--prefer-index=false', '--progress=plain', ...tags, source];
  const isWithin = references.every((reference) => reference.startsWith(`${repositoryOf(image)}:`));
  return { tool, env, args, timeoutSeconds: isWithin ? TIMEOUT_SECONDS : COPY_TIMEOUT_SECONDS };
}
