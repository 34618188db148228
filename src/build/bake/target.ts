import { join } from 'node:path';
import type { BakePlan } from '../../plan/build-slices.ts';
import type { Command, Ports } from '../../ports.ts';
import { throughBuilder, type Builder } from '../../values/builder.ts';
import type { BuiltImage } from '../../values/built-image.ts';
import { parseImageReference, repositoryOf } from '../../values/image.ts';
import { valueAt } from '../../values/json.ts';
import { checkArgs, imageArgs, type BakeExtras } from './args.ts';
import { checksOfTarget } from './checks.ts';
import { dockerfilePath, type BakeTarget, type PrintedBake } from './file.ts';
import { filesOf, type BakeImage } from './images.ts';
import { adviceOnTarget, planOf } from './plan.ts';
import { cacheOptions, type CacheOptions } from '../cache/options.ts';
import { cacheUseOf, keepInlineCache } from '../cache/outcome.ts';
import { buildxCommand } from '../args.ts';
import type { ImageConfig } from '../../registry/inspect.ts';
import { builtDigest } from '../digest.ts';
import { execute } from '../execute.ts';
import { buildFailure } from '../failures.ts';
import { nearestCache } from '../cache/nearest.ts';
import { readTries } from '../progress.ts';
import { settleTags } from '../settle.ts';
import { whoWasQuicker } from '../taken.ts';

/** What all targets of a run are built with. */
export type BakeRun = {
  readonly plan: BakePlan;
  readonly builder: Builder;
  /** All targets that are printed, those that others are linked to among them. */
  readonly all: PrintedBake['all'];
  /** Values of `--secret`. */
  readonly secrets: readonly string[];
};

/** Builds one target, pushes it, and gives it its tags, or only builds it. An engine that pushes by tag only is given the tag once it is known to be free. */
export async function buildTarget(item: BakeImage, run: BakeRun, ports: Ports): Promise<BuiltImage> {
  const { builder } = run;
  const asker = throughBuilder(builder);
  const { image, tags, inputs, target } = item;
  const plan = planOf(item, run.plan);
  const quicker = builder.isWhole || !plan.isPushed ? undefined : await whoWasQuicker(plan, inputs, asker, ports);
  if (quicker !== undefined) {
    const { config: _, ...settled } = await settleTags(
      { image, sha: plan.sha, digest: quicker, tags, inputs },
      asker,
      ports,
    );
    return { ...settled, how: 'raced', cache: undefined, advice: [] };
  }
  const cache = await nearestCache(cacheOf(item, run, ports), builder, ports);
  if (cache.note !== undefined) {
    ports.notify({ kind: 'note', text: cache.note });
  }
  const metadataFile = join(plan.folder, `bake-${target.name}.json`);
  // buildx makes no folder for it.
  await ports.files.writePrivate(metadataFile, '');
  const args = imageArgs(item, run.plan, builder, extrasOf(cache, run), metadataFile);
  const result = await execute(commandOf(args, run), ports);
  const metadata = await ports.files.readText(metadataFile).catch(() => '');
  if (result.exitCode !== 0) {
    throw buildFailure({ result, image, dockerfile: dockerfilePath(target.definition) ?? filesOf(run.plan) });
  }
  const progress = readTries(result.tries);
  const found = async (config?: ImageConfig): Promise<Pick<BuiltImage, 'cache' | 'advice'>> => ({
    cache: cacheUseOf(progress, plan, ports),
    advice: [
      ...(await checksOfTarget(target, run.all, plan.workspace, metadata, ports.files)),
      ...(await adviceOnTarget(target, plan, progress, config, ports)),
    ],
  });
  if (!plan.isPushed) {
    return { image, how: 'unpushed', tags: [], ...(await found()) };
  }
  const digest = builtDigest(image, metadataOf(target.name, metadata));
  const { config, ...settled } = await settleTags({ image, sha: plan.sha, digest, tags, inputs }, asker, ports);
  await keepInlineCache(settled.image, cache.alsoAs, asker, ports);
  return { ...settled, ...(await found(config)) };
}

/** Runs a target that makes no image. */
export async function checkTarget(target: BakeTarget, run: BakeRun, ports: Ports): Promise<undefined> {
  const result = await execute(commandOf(checkArgs(target, run.plan, run.builder, run.secrets), run), ports);
  if (result.exitCode !== 0) {
    const dockerfile = dockerfilePath(target.definition) ?? filesOf(run.plan);
    throw buildFailure({ result, image: parseImageReference(target.name.toLowerCase()), dockerfile });
  }
}

function commandOf(args: readonly string[], { plan, builder }: BakeRun): Command {
  return buildxCommand(builder, args, plan.workspace);
}

/** An inline cache is in the image itself, so it is found where the image is. */
function cacheOf({ image, target }: BakeImage, { plan, builder }: BakeRun, ports: Ports): CacheOptions {
  const { cache, platforms } = plan;
  const isInline = cache.kind === 'inline' || !builder.isWhole;
  const own = isInline && 'repository' in cache ? { ...cache, repository: repositoryOf(image) } : cache;
  return cacheOptions(own, builder, target.name, platforms, ports.sha256);
}

function extrasOf({ from, to, kind }: CacheOptions, { plan, secrets }: BakeRun): BakeExtras {
  const folders = kind === 'local' && 'folder' in plan.cache ? [plan.cache.folder] : [];
  return { cacheFrom: from, cacheTo: to, secrets, folders };
}

/** The metadata of bake are by target; those of linked targets are there too. */
function metadataOf(target: string, text: string): string {
  try {
    const content: unknown = JSON.parse(text);
    return JSON.stringify(valueAt(content, target) ?? {});
  } catch {
    return '';
  }
}
