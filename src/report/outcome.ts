import { DeployError, messageOf, type FailureCode } from '../errors.ts';
import { formatImageReference } from '../values/image.ts';
import type { Facts } from './facts.ts';
import type { Output } from './interface.ts';
import { badRollouts, type ReportedProblem, type RunResult } from './rollout-problems.ts';
import { describeSuccess } from './verdict.ts';

export type Result = RunResult | 'cancelled';

/** How the run ended. `verdict` is the one sentence that is the same in log, annotation, summary and outputs. */
export type Outcome = {
  readonly result: Result;
  readonly reason: FailureCode | undefined;
  readonly verdict: string;
  readonly hint: string | undefined;
  readonly problems: readonly ReportedProblem[];
  /** The stack of a bug of ours. */
  readonly stack: string | undefined;
  readonly facts: Facts;
};

/** The outcome of a run that threw nothing: what its rollouts came to. */
export function concludeRollouts(facts: Facts): Outcome {
  const bad = badRollouts(facts.workloads);
  const [worst] = bad;
  const plain = { problems: bad.map(({ problem }) => problem), stack: undefined, facts };
  if (worst === undefined) {
    return { ...plain, result: 'succeeded', reason: undefined, verdict: describeSuccess(facts), hint: undefined };
  }
  const { result, reason, problem } = worst;
  const others = bad.length === 1 ? '' : ` (and ${bad.length - 1} more)`;
  return { ...plain, result, reason, verdict: `${problem.message}${others}`, hint: problem.hint };
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

/** What later steps of the job can read; every output is always set. The path of the report is known only once it is written. */
export function outputsOf(outcome: Outcome): readonly Output[] {
  const { facts } = outcome;
  const [image] = facts.images;
  const workloads = facts.workloads.map(({ workload, change, outcome: rollout }) => ({
    ...workload,
    change,
    result: rollout?.result ?? 'not-started',
    reason: rollout?.reason,
    cause: rollout?.diagnosis?.cause,
  }));
  return [
    { name: 'image', value: image === undefined ? '' : formatImageReference(image) },
    { name: 'tag', value: image?.tag ?? '' },
    { name: 'digest', value: image?.digest ?? '' },
    { name: 'sha', value: facts.sha ?? '' },
    { name: 'result', value: outcome.result },
    { name: 'reason', value: outcome.reason ?? '' },
    { name: 'workloads', value: JSON.stringify(workloads) },
    { name: 'changed', value: String(isChanged(facts)) },
    { name: 'report', value: '' },
  ];
}

/** Whether something in the cluster is another than before. */
export function isChanged({ hasChanged, objects, workloads }: Facts): boolean {
  return hasChanged && [...objects, ...workloads].some(({ change }) => change !== 'unchanged');
}

/** Only the frames: Node's own rendering would print the one long line of the bundle. */
function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .map((line) => line.slice(0, 300))
    .join('\n');
}
