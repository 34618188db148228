import { join, relative } from 'node:path';
import { DeployError } from '../errors.ts';
import type { BuildPlan } from '../plan/build-slices.ts';
import type { Command, Ports } from '../ports.ts';
import { throughBuilder, type Builder } from '../values/builder.ts';
import type { BuiltImage } from '../values/built-image.ts';
import { formatImageReference } from '../values/image.ts';
import { adviceOn, dockerfileOf } from './advice.ts';
import { buildCommand } from './args.ts';
import { cacheOptions } from './cache/options.ts';
import { cacheUseOf, keepInlineCache } from './cache/outcome.ts';
import { buildChecks } from './checks.ts';
import { builtDigest } from './digest.ts';
import { execute } from './execute.ts';
import { buildFailure, isTakenTag } from './failures.ts';
import { nearestCache } from './cache/nearest.ts';
import { readProgress } from './progress.ts';
import type { BuildInputs } from './record.ts';
import { writeSecrets } from './secrets.ts';
import { withoutSilentCaches } from './cache/silent.ts';
import { settleTags } from './settle.ts';
import { buildCacheStages } from './cache/stages.ts';
import { whoWasQuicker } from './taken.ts';

/** Builds, pushes and settles the tags. An engine that pushes by tag only is given the tag once it is known to be free. */
export async function buildAnew(
  plan: BuildPlan,
  inputs: BuildInputs,
  open: () => Promise<Builder>,
  ports: Ports,
): Promise<BuiltImage> {
  const builder = await open();
  const dockerfile = relative(plan.workspace, dockerfileOf(plan));
  const prepared = await prepare(plan, inputs, builder, dockerfile, ports);
  // From here on the registry is asked as the builder does it: its configuration may know an authority of its own.
  const asker = throughBuilder(builder);
  const quicker = async (): Promise<string | undefined> => whoWasQuicker(plan, inputs, asker, ports);
  const made = await make(plan, prepared, dockerfile, builder.isWhole ? async () => undefined : quicker, ports);

  const { image, sha, tags } = plan;
  const unsettled = { image, sha, tags, inputs, digest: made.digest };
  const { config, ...settled } = await settleTags(unsettled, asker, ports);
  if (made.kind === 'found') {
    return { ...settled, how: 'raced', cache: undefined, advice: [] };
  }
  await keepInlineCache(settled.image, prepared.alsoAs, asker, ports);
  const progress = readProgress(made.output);
  return {
    ...settled,
    cache: cacheUseOf(progress, plan, ports),
    advice: [...buildChecks(made.metadata, dockerfile), ...(await adviceOn(plan, progress, config, ports))],
  };
}

type Prepared = {
  readonly command: Command;
  readonly metadataFile: string;
  /** Further references of an image with an inline cache. */
  readonly alsoAs: readonly string[];
};

/** Writes the secrets, builds the stages that are caches of their own, and puts the command together. */
async function prepare(
  plan: BuildPlan,
  inputs: BuildInputs,
  builder: Builder,
  dockerfile: string,
  ports: Ports,
): Promise<Prepared> {
  const reference = formatImageReference(plan.image);
  if (plan.cache.kind === 'raw' && plan.cache.to.some((text) => text.split(',').includes(`ref=${reference}`))) {
    throw new DeployError('input-invalid', `The input cache-to names ${reference}, which is the tag of the image`, {
      hint: 'A cache needs a name of its own, such as the same repository with the tag buildcache.',
    });
  }
  const secrets = await writeSecrets(plan, ports.files);
  const options = cacheOptions(plan.cache, builder, plan.target, plan.platforms, ports.sha256);
  const nearest = await nearestCache(options, builder, ports);
  const { alsoAs, note } = nearest;
  const { from, to } = await withoutSilentCaches(nearest, plan.image, builder.buildx, ports);
  if (note !== undefined) {
    ports.notify({ kind: 'note', text: note });
  }
  const stages = await buildCacheStages(plan, builder, { inputs, secrets, dockerfile }, ports);
  // A name of its own for each build: a build that fails leaves the file of the one before as it is.
  const name = `build-${ports.clock.now()}-${ports.clock.random().toString(36).slice(2)}.json`;
  const metadataFile = join(plan.folder, name);
  const command = buildCommand(plan, builder, {
    inputs,
    target: plan.target,
    cache: { from: [...from, ...stages], to },
    secrets,
    output: builder.isWhole ? { kind: 'digest' } : { kind: 'tags', references: [reference] },
    metadataFile,
  });
  return { command, metadataFile, alsoAs };
}

type Made =
  | { readonly kind: 'built'; readonly digest: string; readonly metadata: string; readonly output: string }
  /** Somebody else pushed the same meanwhile. */
  | { readonly kind: 'found'; readonly digest: string };

async function make(
  plan: BuildPlan,
  { command, metadataFile }: Prepared,
  dockerfile: string,
  lastLook: () => Promise<string | undefined>,
  ports: Ports,
): Promise<Made> {
  const before = await lastLook();
  if (before !== undefined) {
    return { kind: 'found', digest: before };
  }
  await ports.files.writePrivate(metadataFile, '');
  const result = await execute(command, ports);
  if (result.exitCode !== 0) {
    const found = isTakenTag(result) ? await lastLook() : undefined;
    if (found === undefined) {
      throw buildFailure({ result, image: plan.image, dockerfile });
    }
    return { kind: 'found', digest: found };
  }
  const metadata = await ports.files.readText(metadataFile).catch(() => '');
  return { kind: 'built', digest: builtDigest(plan.image, metadata), metadata, output: result.stderr };
}
