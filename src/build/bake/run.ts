import { relative } from 'node:path';
import { DeployError, failureOf, messageOf, type Problem } from '../../errors.ts';
import type { KnownSecret } from '../../inputs/known-secrets.ts';
import type { BakePlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import type { Builder, Buildx } from '../../values/builder.ts';
import type { BuiltImage } from '../../values/built-image.ts';
import type { ImageReference } from '../../values/image.ts';
import { lastError } from '../../registry/last-error.ts';
import { printArgs } from './args.ts';
import { eachToItsEnd } from './each.ts';
import { makesImage, parsePrinted, type BakeTarget, type PrintedBake } from './file.ts';
import { bakeImagesOf, filesOf, type BakeImage } from './images.ts';
import { findSecretBakeArgs } from './secrets.ts';
import { buildTarget, checkTarget } from './target.ts';
import { speakingFor } from './voice.ts';
import { reuseImage } from '../reuse.ts';
import { writeSecrets } from '../secrets.ts';

/** Targets of one builder share what they have in common; more of them at once only make each slower. */
const MOST_BUILDS = 2;
const MOST_QUESTIONS = 4;

const PRINT_TIMEOUT_SECONDS = 120;

/**
 * One image for each target that makes one, in the order of bake's targets. What this commit was built to before, with the same inputs, is
 * not built again; `open` is called once, when something has to be built. Targets that make no image are run when others are built. Every
 * failure of a target is a problem of one failure, and the other targets are finished all the same. Throws `input-invalid` for targets that
 * cannot be pushed, `build-failed`, `image-not-found`, `push-refused`, `tag-taken`, `digest-mismatch`.
 */
export async function bakeImages(
  plan: BakePlan,
  open: () => Promise<Builder>,
  buildx: Buildx,
  ports: Ports,
): Promise<readonly BuiltImage[]> {
  const printed = await print(plan, buildx, ports);
  const images = bakeImagesOf(printed, plan, ports.sha256);
  const found = await eachToItsEnd(images, MOST_QUESTIONS, nameOf, async (image) => ({
    image,
    reused: plan.isPushed ? await reuseImage(image, plan, buildx, ports) : undefined,
  }));
  const missing = found.flatMap(({ image, reused }) => (reused === undefined ? [image] : []));
  const built = missing.length === 0 ? [] : await buildMissing(missing, printed, plan, await open(), ports);
  return found.flatMap(({ image, reused }) => reused ?? built[missing.indexOf(image)] ?? []);
}

/**
 * What the targets are pushed as, before anything is built. Throws `input-invalid` for targets that cannot be pushed, and for build arguments that
 * hold what is forbidden; and `build-failed`.
 */
export async function bakeReferences(
  plan: BakePlan,
  forbidden: readonly KnownSecret[],
  buildx: Buildx,
  ports: Ports,
): Promise<readonly ImageReference[]> {
  const printed = await print(plan, buildx, ports);
  const problems = findSecretBakeArgs(printed, plan, forbidden);
  if (problems.length > 0) {
    throw failureOf('input-invalid', problems, `${problems.length} build arguments of ${filesOf(plan)} hold secrets`);
  }
  return bakeImagesOf(printed, plan, ports.sha256).map(({ image }) => image);
}

async function print(plan: BakePlan, buildx: Buildx, ports: Ports): Promise<PrintedBake> {
  const { path: tool, env } = buildx;
  const command = { tool, env, args: printArgs(plan), cwd: plan.workspace, timeoutSeconds: PRINT_TIMEOUT_SECONDS };
  const result = await ports.exec.run(command);
  if (result.exitCode !== 0) {
    const words = result.timedOut ? `no answer within ${PRINT_TIMEOUT_SECONDS} s` : lastError(result.stderr);
    throw failureOf('build-failed', [unreadable(words, plan)], '');
  }
  try {
    return parsePrinted(result.stdout, plan.targets);
  } catch (error) {
    throw new DeployError('build-failed', `What bake prints of ${filesOf(plan)} cannot be used: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** A mistake in a file has its place: "/checkout/docker-bake.hcl:2,13-17: Unknown variable; There is no variable named …". */
function unreadable(words: string, plan: BakePlan): Problem {
  const [, path, line, mistake] = /^(\S+):(\d+),[\d,-]+: (.*)$/.exec(words) ?? [];
  const hint = 'Try it in the folder of the checkout: docker buildx bake --print';
  return path === undefined
    ? { message: `bake cannot read ${filesOf(plan)}: ${words}`, hint }
    : { message: mistake ?? '', hint, file: relative(plan.workspace, path), line: Number(line) };
}

/** In the order of `missing`. */
async function buildMissing(
  missing: readonly BakeImage[],
  { asked, all }: PrintedBake,
  plan: BakePlan,
  builder: Builder,
  ports: Ports,
): Promise<readonly BuiltImage[]> {
  const checks = asked.filter(({ definition }) => !makesImage(definition));
  const secrets = (await writeSecrets(plan, ports.files)).filter((word) => word !== '--secret');
  const run = { plan, builder, all, secrets };
  const results = await eachToItsEnd<BakeImage | BakeTarget, BuiltImage | undefined>(
    [...missing, ...checks],
    MOST_BUILDS,
    nameOf,
    async (item) =>
      'inputs' in item
        ? buildTarget(item, run, speakingFor(item.target.name, ports))
        : checkTarget(item, run, speakingFor(item.name, ports)),
  );
  return results.flatMap((result) => result ?? []);
}

function nameOf(item: BakeImage | BakeTarget): string {
  return `target "${'inputs' in item ? item.target.name : item.name}"`;
}
