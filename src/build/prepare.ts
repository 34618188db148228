import { join, relative } from 'node:path';
import { DeployError } from '../errors.ts';
import type { BuildPlan } from '../plan/build-slices.ts';
import type { Command, Ports } from '../ports.ts';
import type { Builder } from '../values/builder.ts';
import { formatImageReference } from '../values/image.ts';
import { dockerfileOf } from './advice.ts';
import { buildCommand, type BuildOutput } from './args.ts';
import { nearestCache } from './cache/nearest.ts';
import { cacheOptions } from './cache/options.ts';
import { withoutSilentCaches } from './cache/silent.ts';
import { buildCacheStages } from './cache/stages.ts';
import type { BuildInputs } from './record.ts';
import { writeSecrets } from './secrets.ts';

/** A build that can be run. */
export type PreparedBuild = {
  readonly command: Command;
  readonly metadataFile: string;
  /** As people write it: from the workspace on. */
  readonly dockerfile: string;
  /** Further references of an image with an inline cache. */
  readonly alsoAs: readonly string[];
};

/** Writes the secrets, builds the stages that are caches of their own, and puts the command together. */
export async function prepareBuild(
  plan: BuildPlan,
  inputs: BuildInputs,
  builder: Builder,
  ports: Ports,
): Promise<PreparedBuild> {
  const dockerfile = relative(plan.workspace, dockerfileOf(plan));
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
  const { from, to } = await withoutSilentCaches(
    nearest,
    plan.isPushed ? plan.image : undefined,
    builder.buildx,
    ports,
  );
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
    output: outputOf(plan, builder),
    metadataFile,
  });
  return { command, metadataFile, dockerfile, alsoAs };
}

/** What is not pushed is nowhere, whatever builds it: to keep it in an engine would leave something behind. */
function outputOf({ image, isPushed }: BuildPlan, { isWhole }: Builder): BuildOutput {
  if (!isPushed) {
    return { kind: 'cache' };
  }
  return isWhole ? { kind: 'digest' } : { kind: 'tags', references: [formatImageReference(image)] };
}
