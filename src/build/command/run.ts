import { join } from 'node:path';
import { DeployError } from '../../errors.ts';
import type { BuildCommandPlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import { bashArgs } from '../../values/bash.ts';
import type { Buildx } from '../../values/builder.ts';
import type { BuiltImage } from '../../values/built-image.ts';
import { formatImageReference } from '../../values/image.ts';
import { commandEnv, writeCommandSecrets } from './env.ts';
import { namedDigests } from './digest.ts';
import { missingPlatforms, platformsLeftOut, platformsNotThere } from './platforms.ts';
import { findExisting, type Existing } from '../existing.ts';
import { giveTags } from '../extra-tags.ts';
import { imageNotFound } from '../reuse.ts';
import { inspectImage } from '../../registry/inspect.ts';
import { tellingLine } from './telling-line.ts';

const TIMEOUT_SECONDS = 3600;

/**
 * Lets a command of the user build and push an image. It is run by bash in the workspace, with what to do in its environment (`commandEnv`); it
 * has to push IMAGE, and may write the digest into DIGEST_FILE. A tag that is there already is taken as it is and the command is not run: the
 * tag of a commit is written once. What was pushed has to have each platform that was asked for. What is not to be pushed is built by the command with
 * PUSH=false, and no registry is asked. Throws `build-failed`, `digest-mismatch`,
 * `push-refused`, `tag-taken`, `image-not-found` or `input-invalid`.
 */
export async function buildByCommand(plan: BuildCommandPlan, buildx: Buildx, ports: Ports): Promise<BuiltImage> {
  const digestFile = join(plan.folder, 'build-command-digest');
  if (!plan.isPushed) {
    await run(plan, digestFile, buildx, ports);
    return { image: plan.image, how: 'unpushed', tags: [], cache: undefined, advice: [] };
  }
  // Another builder keeps no record of its inputs; what stands there may be inherited from the base image.
  const existing = await findExisting(plan.image, plan.sha, {}, buildx, ports);
  const there = digestThere(existing, plan);
  if (there !== undefined) {
    const missing = await missingPlatforms(plan, there, buildx, ports);
    if (missing.length > 0) {
      throw platformsNotThere(plan, missing);
    }
    const reference = formatImageReference(plan.image);
    ports.notify({ kind: 'note', text: `${reference} was pushed before as ${there}: the build command is not run` });
    return { ...(await tagged(there, plan, buildx, ports)), how: 'reused' };
  }
  await run(plan, digestFile, buildx, ports);
  const digest = await pushedDigest(plan, await ports.files.readText(digestFile).catch(() => ''), buildx, ports);
  const missing = await missingPlatforms(plan, digest, buildx, ports);
  if (missing.length > 0) {
    throw platformsLeftOut(plan, missing);
  }
  return { ...(await tagged(digest, plan, buildx, ports)), how: 'built' };
}

function digestThere(existing: Existing, { image, mode }: BuildCommandPlan): string | undefined {
  const reference = formatImageReference(image);
  switch (existing.kind) {
    case 'missing':
      if (mode === 'never') {
        throw imageNotFound(`The registry has no image ${reference}, and "build: never" builds none`);
      }
      return undefined;
    case 'unknown':
      throw new DeployError('push-refused', `The registry does not tell whether it has ${reference}: ${existing.why}`, {
        hint: 'The build command is not run, for it could overwrite the image. Run the job again when the registry answers.',
      });
    case 'same':
    case 'other':
    case 'unrecorded':
      return existing.digest;
  }
}

async function run(plan: BuildCommandPlan, digestFile: string, buildx: Buildx, ports: Ports): Promise<void> {
  // The folder has to be there, and nothing of an earlier command.
  await ports.files.writePrivate(digestFile, '');
  const secretsFolder = await writeCommandSecrets(plan, ports.files);
  const lines: string[] = [];
  try {
    const command = {
      tool: 'bash',
      args: bashArgs(plan.command),
      env: { ...buildx.env, ...commandEnv(plan, digestFile, secretsFolder) },
      cwd: plan.workspace,
      timeoutSeconds: TIMEOUT_SECONDS,
    };
    ports.assertNotCancelled();
    ports.notify({ kind: 'running', command });
    const { exitCode, timedOut } = await ports.exec.run(command, ({ text }) => {
      lines.push(text);
      ports.notify({ kind: 'output', text });
    });
    if (timedOut || exitCode !== 0) {
      const ending = timedOut
        ? `was not done after ${TIMEOUT_SECONDS / 60} minutes`
        : `ended with exit code ${exitCode}`;
      const words = tellingLine(lines, plan.workspace);
      throw new DeployError('build-failed', `The build command ${ending}${words === '' ? '' : `: ${words}`}`, {
        hint: 'What it printed is in the log of the phase Build. It is run by "bash -euo pipefail" in the workspace.',
      });
    }
  } finally {
    if (secretsFolder !== undefined) {
      await ports.files.remove(secretsFolder);
    }
  }
}

/** What the registry has, which must be what the command says that it pushed. */
async function pushedDigest(
  { image }: BuildCommandPlan,
  written: string,
  buildx: Buildx,
  ports: Ports,
): Promise<string> {
  const reference = formatImageReference(image);
  const named = namedDigests(written);
  const pushed = await inspectImage(reference, buildx, ports);
  if (pushed.kind === 'absent') {
    throw new DeployError(
      'build-failed',
      pushed.answer === 'missing'
        ? `The build command ended well, but the registry has no ${reference}`
        : `The build command ended well, but the registry does not tell what it has as ${reference}: ${pushed.words}`,
      { hint: 'The command has to push the image under the name that the variable IMAGE holds.' },
    );
  }
  const [first] = named;
  if (first !== undefined && !named.includes(pushed.digest)) {
    throw new DeployError(
      'digest-mismatch',
      `The build command says it pushed ${first}, but the registry has ${pushed.digest} as ${reference}`,
      {
        hint: 'Either somebody else pushed the same tag at the same time, or the command writes the digest of something else into DIGEST_FILE.',
      },
    );
  }
  return pushed.digest;
}

async function tagged(
  digest: string,
  { image, tags }: BuildCommandPlan,
  buildx: Buildx,
  ports: Ports,
): Promise<Omit<BuiltImage, 'how'>> {
  const given = await giveTags(image, digest, tags, buildx, ports);
  return { image: { ...image, digest }, tags: given, cache: undefined, advice: [] };
}
