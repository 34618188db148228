import type { FailureCode } from '../../errors.ts';
import type { RolloutReason } from '../../reasons.ts';
import type { Blame, Explanation } from './blame.ts';
import { CONTAINER_EXPLANATIONS } from './explain-container.ts';
import { CREATION_EXPLANATIONS } from './explain-creation.ts';
import { IMAGE_EXPLANATIONS } from './explain-image.ts';
import { POD_EXPLANATIONS } from './explain-pod.ts';
import { WORKLOAD_EXPLANATIONS } from './explain-workload.ts';
import { oneLine } from './plain-text.ts';

/** What a rollout can be explained by: a reason, or a state that may still become well. */
export type Explained = RolloutReason | keyof typeof POD_EXPLANATIONS | keyof typeof WORKLOAD_EXPLANATIONS;

const EXPLANATIONS: Readonly<Record<Explained, Explanation>> = {
  ...IMAGE_EXPLANATIONS,
  ...CONTAINER_EXPLANATIONS,
  ...POD_EXPLANATIONS,
  ...CREATION_EXPLANATIONS,
  ...WORKLOAD_EXPLANATIONS,
};

const LONGEST_CAUSE = 700;

/** The sentence and the hint for a reason. */
export function explain(reason: Explained, blame: Blame): { readonly cause: string; readonly hint: string } {
  const { cause, hint } = EXPLANATIONS[reason];
  return { cause: oneLine(cause(blame), LONGEST_CAUSE).replace(/\.$/, ''), hint: oneLine(hint(blame), LONGEST_CAUSE) };
}

export function isExplained(reason: FailureCode): reason is FailureCode & Explained {
  return Object.hasOwn(EXPLANATIONS, reason);
}
