import { DeployError, failureOf, type Problem } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { inShort, registryAnswer } from '../registry/answers.ts';
import { inspectImage } from '../registry/inspect.ts';
import { lastError } from '../registry/last-error.ts';
import { runPatiently } from '../registry/patience.ts';
import { tagCommand } from '../registry/tag-command.ts';
import type { Buildx } from '../values/builder.ts';
import { formatImageReference, repositoryOf, type ImageReference } from '../values/image.ts';
import { verifiedReference } from './record.ts';

type PromotionPorts = Pick<Ports, 'exec' | 'clock' | 'notify' | 'sha256' | 'assertNotCancelled'>;

const PAUSES_SECONDS = [1, 3] as const;

/** Throws `not-verified` with every image that no record of the environment names. */
export async function assertVerified(
  images: readonly ImageReference[],
  environment: string,
  buildx: Buildx,
  ports: PromotionPorts,
): Promise<void> {
  const problems = await Promise.all(images.map(async (image) => findProblem(image, environment, buildx, ports)));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) {
    throw failureOf('not-verified', found, `${found.length} images were not verified in ${environment}`);
  }
}

/**
 * Writes down that these images serve in the environment. The rollout is verified whether or not the registry takes the record, so what goes
 * wrong is a warning. Returns the references of the records.
 */
export async function recordVerified(
  images: readonly ImageReference[],
  environment: string,
  buildx: Buildx,
  ports: PromotionPorts,
): Promise<readonly string[]> {
  const written = await Promise.all(
    images.map(async (image) => {
      const { digest } = image;
      if (digest === undefined) {
        return undefined;
      }
      const reference = verifiedReference(environment, image, digest, ports.sha256);
      const what = `That ${repositoryOf(image)}@${digest} was verified in ${environment}`;
      const { exitCode, stderr } = await runPatiently(
        tagCommand(image, digest, [reference], buildx),
        {
          pausesSeconds: PAUSES_SECONDS,
          mayPass: (failed) => failed.timedOut || registryAnswer(lastError(failed.stderr)) === 'passing',
          says: (failed) => `${what} is not recorded yet (${inShort(lastError(failed.stderr))})`,
        },
        ports,
      );
      if (exitCode === 0) {
        return reference;
      }
      const words = inShort(lastError(stderr)) || 'no answer';
      ports.notify({ kind: 'warning', text: `${what} could not be recorded: ${words}` });
      return undefined;
    }),
  );
  return written.filter((reference) => reference !== undefined);
}

async function findProblem(
  image: ImageReference,
  environment: string,
  buildx: Buildx,
  ports: PromotionPorts,
): Promise<Problem | undefined> {
  const { digest } = image;
  if (digest === undefined) {
    throw new DeployError('internal', `${formatImageReference(image)} has no digest to look for`);
  }
  const reference = verifiedReference(environment, image, digest, ports.sha256);
  const found = await inspectImage(reference, buildx, ports);
  if (found.kind === 'there' && found.digest === digest) {
    return undefined;
  }
  const name = formatImageReference(image);
  if (found.kind === 'there' || found.answer === 'missing') {
    return {
      message: `${name} was not verified in ${environment}`,
      hint: `Deploy this very digest with environment: ${environment} first; a rollout that succeeds there writes the record.`,
    };
  }
  return {
    message: `Whether ${name} was verified in ${environment} cannot be told: ${inShort(found.words)}`,
    hint: `The record is the tag ${reference}; check that the job may read it.`,
  };
}
