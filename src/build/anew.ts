import type { BuildPlan } from '../plan/build-slices.ts';
import type { Ports } from '../ports.ts';
import { throughBuilder, type Builder } from '../values/builder.ts';
import type { BuiltImage } from '../values/built-image.ts';
import { adviceOn } from './advice.ts';
import { cacheUseOf, keepInlineCache } from './cache/outcome.ts';
import { buildChecks } from './checks.ts';
import { builtDigest } from './digest.ts';
import { execute } from './execute.ts';
import { buildFailure, isTakenTag } from './failures.ts';
import { prepareBuild, type PreparedBuild } from './prepare.ts';
import { readTries } from './progress.ts';
import type { BuildInputs } from './record.ts';
import { settleTags } from './settle.ts';
import { whoWasQuicker } from './taken.ts';

/** Builds, pushes and settles the tags. An engine that pushes by tag only is given the tag once it is known to be free. */
export async function buildAnew(
  plan: BuildPlan,
  inputs: BuildInputs,
  open: () => Promise<Builder>,
  ports: Ports,
): Promise<BuiltImage> {
  const builder = await open();
  const prepared = await prepareBuild(plan, inputs, builder, ports);
  // From here on the registry is asked as the builder does it: its configuration may know an authority of its own.
  const asker = throughBuilder(builder);
  const quicker = async (): Promise<string | undefined> => whoWasQuicker(plan, inputs, asker, ports);
  const made = await make(plan, prepared, builder.isWhole ? async () => undefined : quicker, ports);

  const { image, sha, tags } = plan;
  const unsettled = { image, sha, tags, inputs, digest: made.digest };
  const { config, ...settled } = await settleTags(unsettled, asker, ports);
  if (made.kind === 'found') {
    return { ...settled, how: 'raced', cache: undefined, advice: [] };
  }
  await keepInlineCache(settled.image, prepared.alsoAs, asker, ports);
  const progress = readTries(made.tries);
  return {
    ...settled,
    cache: cacheUseOf(progress, plan, ports),
    advice: [...buildChecks(made.metadata, prepared.dockerfile), ...(await adviceOn(plan, progress, config, ports))],
  };
}

type Made =
  | { readonly kind: 'built'; readonly digest: string; readonly metadata: string; readonly tries: readonly string[] }
  /** Somebody else pushed the same meanwhile. */
  | { readonly kind: 'found'; readonly digest: string };

async function make(
  plan: BuildPlan,
  { command, metadataFile, dockerfile }: PreparedBuild,
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
  return { kind: 'built', digest: builtDigest(plan.image, metadata), metadata, tries: result.tries };
}
