import type { BuildSettings } from '../../../src/plan/build-slices.ts';

export const SHA = 'd'.repeat(40);

/** A build of which nothing special is wished. */
export const SETTINGS: BuildSettings = {
  mode: 'auto',
  isPushed: true,
  sha: SHA,
  platforms: [],
  buildArgs: [],
  labels: [],
  tags: [],
  secrets: [],
  ssh: [],
  noCache: false,
  pull: false,
  proofs: { provenance: 'false', sbom: 'false', attests: [] },
  cache: { kind: 'off' },
  workspace: '/checkout',
  folder: '/private',
};
