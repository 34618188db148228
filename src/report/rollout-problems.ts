import type { FailureCode, Problem } from '../errors.ts';
import type { RolloutResult, WorkloadOutcome } from '../rollout/outcome.ts';
import type { WorkloadFact } from './facts.ts';
import { describeRollout } from './verdict.ts';

/** What a run comes to by its rollouts. */
export type RunResult = Exclude<RolloutResult, 'unfinished'>;

/** A rollout that went wrong, with all that is said of it. */
export type BadRollout = {
  readonly result: RunResult;
  readonly reason: FailureCode | undefined;
  readonly problem: Problem;
};

/** Of several rollouts that went wrong, the first in this order tells the result of the run. */
const SEVERITY: readonly RolloutResult[] = ['failed', 'timed-out', 'unknown', 'superseded', 'unfinished'];

const REASONS: Readonly<Record<RunResult, FailureCode | undefined>> = {
  succeeded: undefined,
  failed: 'rollout-failed',
  'timed-out': 'rollout-timed-out',
  superseded: 'rollout-superseded',
  unknown: 'rollout-unknown',
};

const HINTS: Readonly<Record<RunResult, string | undefined>> = {
  succeeded: undefined,
  failed: 'The evidence from the pods is in the log of this step and in the summary.',
  'timed-out':
    'The evidence from the pods is in the log of this step and in the summary; the input timeout says how long to wait.',
  superseded: 'Deploy again if yours should be the one that runs.',
  unknown: 'Look at the cluster before you deploy again: the rollout may have gone well.',
};

/** The rollouts that went wrong, worst first. Those given up because of another one say nothing, unless there is nothing else. */
export function badRollouts(workloads: readonly WorkloadFact[]): readonly BadRollout[] {
  const bad = workloads
    .flatMap(({ outcome, place }) =>
      outcome === undefined || outcome.result === 'succeeded' ? [] : [{ outcome, place }],
    )
    .toSorted((one, other) => SEVERITY.indexOf(one.outcome.result) - SEVERITY.indexOf(other.outcome.result));
  const told = bad.filter(({ outcome }) => outcome.result !== 'unfinished');
  return (told.length === 0 ? bad : told).map(({ outcome, place }) => {
    const result = resultOf(outcome);
    const reason = outcome.reason ?? REASONS[result];
    const hint = outcome.diagnosis?.hint ?? HINTS[result];
    return { result, reason, problem: { message: describeRollout(outcome), hint, reason, ...place } };
  });
}

function resultOf({ result }: WorkloadOutcome): RunResult {
  return result === 'unfinished' ? 'unknown' : result;
}
