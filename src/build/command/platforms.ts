import { DeployError } from '../../errors.ts';
import type { BuildCommandPlan } from '../../plan/build-slices.ts';
import type { Buildx } from '../../values/builder.ts';
import { formatImageReference, repositoryOf } from '../../values/image.ts';
import { inspectImage } from '../../registry/inspect.ts';
import type { PatientPorts } from '../../registry/patience.ts';

/** Which of the platforms that were asked for an image does not have. None when it does not say which it has. */
export async function missingPlatforms(
  { image, platforms }: Pick<BuildCommandPlan, 'image' | 'platforms'>,
  digest: string,
  buildx: Buildx,
  ports: PatientPorts,
): Promise<readonly string[]> {
  if (platforms.length === 0) {
    return [];
  }
  const found = await inspectImage(`${repositoryOf(image)}@${digest}`, buildx, ports);
  const has = found.kind === 'there' ? found.configs.flatMap(({ platform }) => platform ?? []) : [];
  return has.length === 0 ? [] : platforms.filter((wished) => !has.some((one) => isSame(one, wished)));
}

/** `linux/arm64` and `linux/arm64/v8` are the same; of a single image the variant is not known. */
function isSame(one: string, other: string): boolean {
  const [[os, architecture, variant], [otherOs, otherArchitecture, otherVariant]] = [one.split('/'), other.split('/')];
  const isVariant = variant === undefined || otherVariant === undefined || variant === otherVariant;
  return os === otherOs && architecture === otherArchitecture && isVariant;
}

/** Of what the command has just pushed: some builders leave a platform out that the base image does not have, and say nothing. */
export function platformsLeftOut({ image }: BuildCommandPlan, missing: readonly string[]): DeployError {
  return new DeployError(
    'build-failed',
    `The build command ended well, but ${formatImageReference(image)} is not there for ${missing.join(', ')}`,
    {
      hint: 'Check that the base image has each of the platforms, and that the command passes PLATFORMS on. Before the next try, delete the tag in the registry or make another commit.',
    },
  );
}

/** Of what somebody pushed before. */
export function platformsNotThere({ image }: BuildCommandPlan, missing: readonly string[]): DeployError {
  return new DeployError(
    'tag-taken',
    `${formatImageReference(image)} was pushed before, but not for ${missing.join(', ')}`,
    {
      hint: 'The tag of a commit is written once: delete it in the registry, make another commit, or leave these out of the input platforms.',
    },
  );
}
