import { join } from 'node:path';
import { DeployError } from '../errors.ts';
import type { BuildPlan } from '../plan/slices.ts';
import type { Ports } from '../ports.ts';
import { formatImageReference, type ImageReference } from '../values/image.ts';
import { buildArgs, inspectArgs } from './args.ts';
import { digestInManifest, digestInMetadata } from './digest.ts';
import { buildFailure, inspectFailure, isTransientPush } from './failures.ts';

const BUILD_TIMEOUT_SECONDS = 3600;
const INSPECT_TIMEOUT_SECONDS = 60;
const PUSH_RETRY_SECONDS = [2, 6] as const;

/**
 * Builds and pushes, and returns the reference with the digest that both the build and the registry name. Throws `build-failed`,
 * `push-refused` or `digest-mismatch`.
 */
export async function buildImage(plan: BuildPlan, buildx: string, ports: Ports): Promise<ImageReference> {
  const metadataFile = join(plan.folder, `build-${ports.clock.now()}.json`);
  await build(plan, buildx, metadataFile, ports);
  const built = digestInMetadata(await ports.files.readText(metadataFile));
  const answered = await inspectDigest(plan.image, plan.builder, buildx, ports);
  if (built === undefined || built !== answered) {
    throw new DeployError(
      'digest-mismatch',
      `The build made ${built ?? 'no digest'}, but the registry has ${answered} as ${formatImageReference(plan.image)}`,
      { hint: 'Somebody else pushed the same tag at the same time; run the job again.' },
    );
  }
  return { ...plan.image, digest: built };
}

/** Adds the digests that the registry names to images that have none. Throws `image-not-found`. */
export async function resolveDigests(
  images: readonly ImageReference[],
  buildx: string,
  ports: Ports,
): Promise<readonly ImageReference[]> {
  return Promise.all(
    images.map(async (image) =>
      image.digest === undefined ? { ...image, digest: await inspectDigest(image, undefined, buildx, ports) } : image,
    ),
  );
}

async function build(plan: BuildPlan, buildx: string, metadataFile: string, ports: Ports): Promise<void> {
  const command = { tool: buildx, args: buildArgs(plan, metadataFile), timeoutSeconds: BUILD_TIMEOUT_SECONDS };
  for (const pauseSeconds of [...PUSH_RETRY_SECONDS, undefined]) {
    ports.assertNotCancelled();
    ports.notify({ kind: 'running', command });
    const result = await ports.exec.run(command, (line) => ports.notify({ kind: 'output', text: line.text }));
    if (result.exitCode === 0) {
      return;
    }
    if (pauseSeconds === undefined || !isTransientPush(result.stderr)) {
      throw buildFailure(result.stderr, result.exitCode, plan.image);
    }
    ports.notify({ kind: 'warning', text: `The push failed for a passing reason; trying again in ${pauseSeconds} s` });
    await ports.clock.sleep(pauseSeconds * 1000 * (0.75 + ports.clock.random() / 2));
  }
}

async function inspectDigest(
  image: ImageReference,
  builder: string | undefined,
  buildx: string,
  ports: Ports,
): Promise<string> {
  const reference = formatImageReference({ ...image, digest: undefined });
  const command = { tool: buildx, args: inspectArgs(reference, builder), timeoutSeconds: INSPECT_TIMEOUT_SECONDS };
  const result = await ports.exec.run(command);
  const digest = result.exitCode === 0 ? digestInManifest(result.stdout) : undefined;
  if (digest === undefined) {
    throw inspectFailure(result.stderr, reference);
  }
  return digest;
}
