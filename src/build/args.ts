import type { BuildPlan } from '../plan/slices.ts';
import { formatImageReference } from '../values/image.ts';

/**
 * Arguments of `buildx build`. Provenance is off, so that the pushed digest is the digest that a pod reports; the revision label tells
 * later which commit an image is.
 */
export function buildArgs(plan: BuildPlan, metadataFile: string): readonly string[] {
  return [
    'build',
    ...option('--builder', plan.builder),
    ...option('--file', plan.file),
    ...option('--target', plan.target),
    ...repeated('--build-arg', plan.buildArgs),
    ...repeated('--cache-from', plan.cacheFrom),
    ...repeated('--cache-to', plan.cacheTo),
    '--label',
    `org.opencontainers.image.revision=${plan.sha}`,
    '--tag',
    formatImageReference(plan.image),
    '--metadata-file',
    metadataFile,
    '--provenance=false',
    '--progress=plain',
    '--push',
    plan.context,
  ];
}

/** Arguments that make buildx ask the registry for the manifest behind a reference. */
export function inspectArgs(reference: string, builder: string | undefined): readonly string[] {
  return ['imagetools', 'inspect', ...option('--builder', builder), reference, '--format', '{{json .Manifest}}'];
}

function option(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value];
}

function repeated(flag: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [flag, value]);
}
