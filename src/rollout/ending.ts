import type { FailureCode } from '../errors.ts';
import type { Diagnosis } from './diagnosis/diagnosis.ts';
import { WORKLOAD_EXPLANATIONS } from './diagnosis/explain-workload.ts';

/** How a rollout ended, before it is told. */
export type Ending =
  | { readonly kind: 'succeeded'; readonly notes: readonly string[] }
  | {
      readonly kind: 'failed' | 'timed-out' | 'unknown' | 'superseded';
      readonly reason: FailureCode;
      readonly diagnosis: Diagnosis;
    }
  /** Was not waited for any more when another one had failed. */
  | { readonly kind: 'unfinished' };

/** An ending about which the pods have nothing to say. */
export function endingWithoutPods(
  kind: 'failed' | 'unknown' | 'superseded',
  reason: keyof typeof WORKLOAD_EXPLANATIONS,
  cause: string,
): Ending {
  const hint = WORKLOAD_EXPLANATIONS[reason].hint();
  return { kind, reason, diagnosis: { reason: undefined, cause, hint, container: undefined, groups: [] } };
}
