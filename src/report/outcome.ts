import { DeployError, messageOf, type FailureCode, type Problem } from '../errors.ts';
import { formatImageReference } from '../values/image.ts';
import type { Facts } from './facts.ts';
import type { Output } from './interface.ts';
import { describeRollout, describeSuccess } from './verdict.ts';

export type Result = 'succeeded' | 'failed' | 'timed-out' | 'unknown' | 'cancelled';

/** How the run ended. `verdict` is the one sentence that is the same in log, annotation, summary and outputs. */
export type Outcome = {
  readonly result: Result;
  readonly reason: FailureCode | undefined;
  readonly verdict: string;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];
  /** The stack of a bug of ours. */
  readonly stack: string | undefined;
  readonly facts: Facts;
};

/** The outcome of a run that threw nothing: what its rollouts came to. */
export function concludeRollouts(facts: Facts): Outcome {
  const outcomes = facts.workloads.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
  const bad = outcomes.filter((outcome) => outcome.result !== 'succeeded');
  const [worst] = bad.toSorted((one, other) => SEVERITY.indexOf(one.result) - SEVERITY.indexOf(other.result));
  const plain = { hint: undefined, problems: [], stack: undefined, facts };
  if (worst === undefined) {
    return { ...plain, result: 'succeeded', reason: undefined, verdict: describeSuccess(facts) };
  }
  const others = bad.length === 1 ? '' : ` (and ${bad.length - 1} more)`;
  return {
    ...plain,
    result: worst.result,
    reason: REASONS[worst.result],
    verdict: `${describeRollout(worst)}${others}`,
    hint: HINTS[worst.result],
  };
}

/** The outcome of a run that ended with an error. */
export function concludeError(error: unknown, facts: Facts): Outcome {
  if (error instanceof DeployError) {
    const { code, message, hint, problems } = error;
    const { result, reason } = classify(code, facts);
    return { result, reason, verdict: message, hint, problems, stack: undefined, facts };
  }
  return {
    result: 'failed',
    reason: 'internal',
    verdict: `This is a defect of k8s-deploy: ${messageOf(error)}`,
    hint: 'Please report it with the stack below.',
    problems: [],
    stack: stackOf(error),
    facts,
  };
}

/** An API server that is lost after something was changed leaves nobody who knows how it went. */
function classify(code: FailureCode, facts: Facts): Pick<Outcome, 'result' | 'reason'> {
  if (code === 'cluster-unreachable' && facts.hasChanged) {
    return { result: 'unknown', reason: 'rollout-unknown' };
  }
  return { result: code === 'cancelled' ? 'cancelled' : 'failed', reason: code };
}

/** What later steps of the job can read; every output is always set. */
export function outputsOf(outcome: Outcome): readonly Output[] {
  const { facts } = outcome;
  const [image] = facts.images;
  const isChanged =
    facts.hasChanged &&
    (facts.objects.some(({ change }) => change !== 'unchanged') ||
      facts.workloads.some(({ change }) => change !== 'unchanged'));
  const workloads = facts.workloads.map(({ workload, change, outcome: rollout }) => ({
    ...workload,
    change,
    result: rollout?.result ?? 'not-started',
    cause: rollout?.cause,
  }));
  return [
    { name: 'image', value: image === undefined ? '' : formatImageReference(image) },
    { name: 'tag', value: image?.tag ?? '' },
    { name: 'digest', value: image?.digest ?? '' },
    { name: 'sha', value: facts.sha ?? '' },
    { name: 'result', value: outcome.result },
    { name: 'reason', value: outcome.reason ?? '' },
    { name: 'workloads', value: JSON.stringify(workloads) },
    { name: 'changed', value: String(isChanged) },
  ];
}

const SEVERITY: readonly string[] = ['failed', 'timed-out', 'unknown'];

const REASONS = {
  succeeded: undefined,
  failed: 'rollout-failed',
  'timed-out': 'rollout-timed-out',
  unknown: 'rollout-unknown',
} as const;

const HINTS = {
  succeeded: undefined,
  failed: 'The evidence from the pods is in the log of the phase Roll out and in the summary.',
  'timed-out':
    'The evidence from the pods is in the log of the phase Roll out and in the summary; the input timeout says how long to wait.',
  unknown: 'Look at the cluster before you deploy again: the rollout may have gone well.',
} as const;

/** Only the frames: Node's own rendering would print the one long line of the bundle. */
function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .map((line) => line.slice(0, 300))
    .join('\n');
}
