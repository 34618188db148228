import { DeployError, failureOf, type Problem } from '../errors.ts';
import type { Command, Ports } from '../ports.ts';
import type { Buildx } from '../values/builder.ts';
import { formatImageReference, repositoryOf, type ImageReference } from '../values/image.ts';
import { jittered } from '../values/jitter.ts';
import { tagArgs } from '../values/tag-args.ts';
import { verifiedReference } from './record.ts';

type PromotionPorts = Pick<Ports, 'exec' | 'clock' | 'notify' | 'sha256' | 'assertNotCancelled'>;

const TIMEOUT_SECONDS = 60;
const RETRY_SECONDS = [1, 3] as const;
const MISSING = /not found|manifest unknown|name unknown/i;
/** Who may not do it now may not do it in three seconds. */
const REFUSED = /\b(?:401 Unauthorized|403 Forbidden)|denied|unauthorized|insufficient_scope|authorization failed/i;

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
      const args = tagArgs([reference], `${repositoryOf(image)}@${digest}`);
      const { exitCode, stderr } = await asked({ tool: buildx.path, env: buildx.env, args }, ports);
      if (exitCode === 0) {
        return reference;
      }
      const text = `That ${repositoryOf(image)}@${digest} was verified in ${environment} could not be recorded: ${lastError(stderr)}`;
      ports.notify({ kind: 'warning', text });
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
  const args = ['imagetools', 'inspect', reference, '--format', '{{json .Manifest.Digest}}'];
  const { exitCode, stdout, stderr } = await asked({ tool: buildx.path, env: buildx.env, args }, ports);
  if (exitCode === 0 && stdout.trim() === JSON.stringify(digest)) {
    return undefined;
  }
  const name = formatImageReference(image);
  if (exitCode === 0 || MISSING.test(stderr)) {
    return {
      message: `${name} was not verified in ${environment}`,
      hint: `Deploy this very digest with environment: ${environment} first; a rollout that succeeds there writes the record.`,
    };
  }
  return {
    message: `Whether ${name} was verified in ${environment} cannot be told: ${lastError(stderr)}`,
    hint: `The record is the tag ${reference}; check that the job may read it.`,
  };
}

/** A registry that is busy is asked again. */
async function asked(
  command: Command,
  { exec, clock, assertNotCancelled }: PromotionPorts,
): ReturnType<typeof exec.run> {
  for (const pauseSeconds of [...RETRY_SECONDS, undefined]) {
    assertNotCancelled();
    const result = await exec.run({ ...command, timeoutSeconds: TIMEOUT_SECONDS });
    const isFinal = result.exitCode === 0 || MISSING.test(result.stderr) || REFUSED.test(result.stderr);
    if (isFinal || pauseSeconds === undefined) {
      return result;
    }
    await clock.sleep(jittered(pauseSeconds * 1000, clock.random()));
  }
  throw new DeployError('internal', 'no attempt was made');
}

/** The last error that buildx printed; the answer of a registry is a line of its own below it. */
function lastError(stderr: string): string {
  const begin = Math.max(0, stderr.lastIndexOf('ERROR: '));
  const lines = stderr
    .slice(begin)
    .replace(/^ERROR: /, '')
    .split('\n');
  return (
    lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join(': ') || 'buildx said nothing'
  );
}
