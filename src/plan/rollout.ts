import type { Inputs } from '../inputs/spec.ts';
import type { RolloutPlan } from './slices.ts';

/** When a rollout counts as done, and how much patience it is given. */
export function rolloutPlan(inputs: Inputs): RolloutPlan {
  return {
    timeoutSeconds: inputs.timeout,
    failFast: inputs.failFast,
    maxRestarts: inputs.maxRestarts,
    imageGraceSeconds: inputs.imageGrace,
    scheduleGraceSeconds: inputs.scheduleGrace,
    soakSeconds: inputs.soak ?? 0,
    verifyDigest: inputs.verifyDigest,
  };
}
