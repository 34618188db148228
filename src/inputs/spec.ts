import { BUILD_INPUTS } from './build-rows.ts';
import { BUILDER_INPUTS } from './builder-rows.ts';
import { CACHE_INPUTS } from './cache-rows.ts';
import { CHANGE_INPUTS } from './change-rows.ts';
import { CLUSTER_INPUTS } from './cluster-rows.ts';
import { GITHUB_INPUTS } from './github-rows.ts';
import { IMAGE_GATE_INPUTS } from './image-gate-rows.ts';
import { MANIFEST_INPUTS } from './manifest-rows.ts';
import { OTHER_BUILD_INPUTS } from './other-build-rows.ts';
import { PREVIEW_INPUTS } from './preview-rows.ts';
import { ROLLOUT_INPUTS } from './rollout-rows.ts';
import type { InputSpec } from './row.ts';
import { TOOL_INPUTS } from './tool-rows.ts';

/** The single source of the inputs: action.yml, the README table and all checks follow from it. */
export const INPUTS = {
  ...BUILD_INPUTS,
  ...CACHE_INPUTS,
  ...BUILDER_INPUTS,
  ...OTHER_BUILD_INPUTS,
  ...IMAGE_GATE_INPUTS,
  ...MANIFEST_INPUTS,
  ...CHANGE_INPUTS,
  ...ROLLOUT_INPUTS,
  ...CLUSTER_INPUTS,
  ...GITHUB_INPUTS,
  ...PREVIEW_INPUTS,
  ...TOOL_INPUTS,
} as const;

export type InputKey = keyof typeof INPUTS;

type ValueOf<Spec> = Spec extends InputSpec<infer Value> ? Value : never;

/** All inputs, parsed. */
export type Inputs = { readonly [Key in InputKey]: ValueOf<(typeof INPUTS)[Key]> };
