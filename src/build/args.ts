import type { BuildPlan } from '../plan/build-slices.ts';
import type { Command } from '../ports.ts';
import type { Builder } from '../values/builder.ts';
import { repositoryOf } from '../values/image.ts';
import { csvField, type CacheOptions } from './cache/options.ts';
import { recordLabel, REVISION_LABEL, type BuildInputs } from './record.ts';

const TIMEOUT_SECONDS = 6 * 3600;

/** Where the result of a build goes. */
export type BuildOutput =
  /** Into the repository, known by its digest alone until it is given tags. */
  | { readonly kind: 'digest' }
  /** Into the registry, under these references. */
  | { readonly kind: 'tags'; readonly references: readonly string[] }
  /** Nowhere: only the cache is wanted. */
  | { readonly kind: 'cache' };

export type BuildRequest = {
  readonly inputs: BuildInputs;
  readonly target: string | undefined;
  readonly cache: Pick<CacheOptions, 'from' | 'to'>;
  /** `--secret` arguments, ready. */
  readonly secrets: readonly string[];
  readonly output: BuildOutput;
  readonly metadataFile: string;
};

/**
 * The `buildx build` of a plan. Whether there is provenance is always said, because what buildx does by itself depends on the driver. Our labels come
 * last: no other may take their place.
 */
export function buildCommand(plan: BuildPlan, builder: Builder, request: BuildRequest): Command {
  const { inputs, target, cache, secrets, output, metadataFile } = request;
  const args = [
    'build',
    ...option('--builder', builder.name),
    ...option('--file', plan.file),
    ...option('--target', target),
    ...(plan.platforms.length === 0 ? [] : ['--platform', plan.platforms.join(',')]),
    ...repeated('--build-arg', plan.buildArgs),
    ...repeated('--build-context', plan.buildContexts),
    ...repeated('--label', [...plan.labels, `${REVISION_LABEL}=${plan.sha}`, recordLabel(inputs)]),
    ...secrets,
    ...repeated('--ssh', plan.ssh),
    ...(plan.noCache ? ['--no-cache'] : []),
    ...(plan.pull ? ['--pull'] : []),
    ...repeated('--cache-from', cache.from),
    ...repeated('--cache-to', cache.to),
    ...proofArgs(plan, output),
    ...outputArgs(plan, output),
    '--metadata-file',
    metadataFile,
    '--progress=plain',
    plan.context,
  ];
  return buildxCommand(builder, args, plan.workspace);
}

/** A command of buildx that builds. What the user names by a relative path is in the workspace. */
export function buildxCommand({ buildx }: Builder, args: readonly string[], workspace: string): Command {
  // The second one leaves a copy of the provenance, which nobody reads, out of the metadata file.
  const env = { ...buildx.env, BUILDX_METADATA_WARNINGS: 'true', BUILDX_METADATA_PROVENANCE: 'disabled' };
  return { tool: buildx.path, env, args, cwd: workspace, timeoutSeconds: TIMEOUT_SECONDS };
}

function proofArgs({ proofs }: BuildPlan, output: BuildOutput): readonly string[] {
  if (output.kind === 'cache') {
    return ['--provenance=false'];
  }
  return [
    `--provenance=${proofs.provenance}`,
    ...(proofs.sbom === 'false' ? [] : [`--sbom=${proofs.sbom}`]),
    ...repeated('--attest', proofs.attests),
  ];
}

function outputArgs({ image }: BuildPlan, output: BuildOutput): readonly string[] {
  switch (output.kind) {
    case 'digest': {
      const name = csvField(`name=${repositoryOf(image)}`);
      return ['--output', `type=image,${name},push-by-digest=true,name-canonical=true,push=true`];
    }
    case 'tags':
      return [...repeated('--tag', output.references), '--push'];
    case 'cache':
      return ['--output', 'type=cacheonly'];
  }
}

function option(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value];
}

function repeated(flag: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [flag, value]);
}
