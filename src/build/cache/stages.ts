import { join } from 'node:path';
import type { BuildPlan } from '../../plan/build-slices.ts';
import type { Ports } from '../../ports.ts';
import type { Builder } from '../../values/builder.ts';
import { buildCommand, type BuildOutput } from '../args.ts';
import { lastError } from '../../registry/last-error.ts';
import { cacheOptions, type CacheOptions } from './options.ts';
import { execute } from '../execute.ts';
import { buildFailure } from '../failures.ts';
import { nearestCache } from './nearest.ts';
import type { BuildInputs } from '../record.ts';

export type StageRequest = {
  readonly inputs: BuildInputs;
  /** `--secret` arguments, ready. */
  readonly secrets: readonly string[];
  /** The name of the Dockerfile for messages. */
  readonly dockerfile: string;
};

/**
 * Builds the stages that are to be caches of their own, one after the other, each from its cache, and writes that. Returns what the build itself is
 * to read (`--cache-from`) of those that were not built. A cache that is not taken is a warning; a stage that cannot be built fails as the
 * build itself would.
 */
export async function buildCacheStages(
  plan: BuildPlan,
  builder: Builder,
  request: StageRequest,
  ports: Ports,
): Promise<readonly string[]> {
  const { cache } = plan;
  const read: string[] = [];
  if (cache.kind === 'off' || cache.kind === 'raw' || plan.noCache) {
    return read;
  }
  for (const stage of plan.cacheStages) {
    const all = cacheOptions(cache, builder, `stage-${stage}`, plan.platforms, ports.sha256);
    const options = await nearestCache(all, builder, ports);
    // Who may write no cache has no use for a stage that was built before the rest. What was built here the builder itself has; a second cache to
    // read would take steps away from the first. Any but an inline cache has all stages anyway.
    if (options.to.length > 0) {
      await buildStage(plan, builder, request, { stage, options }, ports);
    } else if (options.kind === 'inline') {
      read.push(...options.from);
    }
  }
  return read;
}

type Stage = { readonly stage: string; readonly options: CacheOptions };

async function buildStage(
  plan: BuildPlan,
  builder: Builder,
  { inputs, secrets, dockerfile }: StageRequest,
  { stage, options }: Stage,
  ports: Ports,
): Promise<void> {
  // An inline cache is in an image, so that one has to be pushed.
  const output: BuildOutput =
    options.kind === 'inline' ? { kind: 'tags', references: options.alsoAs } : { kind: 'cache' };
  const metadataFile = join(plan.folder, `stage-${stage}.json`);
  const command = buildCommand(plan, builder, { inputs, secrets, target: stage, cache: options, output, metadataFile });
  await ports.files.writePrivate(metadataFile, '');
  const result = await execute(command, ports);
  if (result.exitCode === 0) {
    return;
  }
  const failure = buildFailure({ result, image: plan.image, dockerfile });
  if (failure.code !== 'push-refused') {
    throw failure;
  }
  const text = `The cache of the stage ${stage} was not written: ${lastError(result.stderr)}`;
  ports.notify({ kind: 'warning', text });
}
