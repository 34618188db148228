import { DeployError, messageOf, type FailureCode, type Problem } from '../errors.ts';
import type { Facts } from './facts.ts';
import { previewSentence } from './preview.ts';
import { describeRemovals } from './removals.ts';
import { badRollouts, type RunResult } from './rollout-problems.ts';
import { describePlan, plannedWorkCount } from './plan-fact.ts';
import { describeRollback } from './rollback.ts';
import { describeSuccess } from './verdict.ts';

export type Result = RunResult | 'cancelled';

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

const NAMES_SHOWN = 10;

const GOOD = { result: 'succeeded', reason: undefined, hint: undefined, problems: [], stack: undefined } as const;

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

/** The outcome of a plan. With `failsOnChange` it is red when something would change. */
export function concludePlan(facts: Facts, failsOnChange: boolean): Outcome {
  const verdict = facts.plan === undefined ? 'There is nothing to plan' : describePlan(facts.plan);
  const plain = { verdict, problems: [], stack: undefined, facts };
  return failsOnChange && facts.plan !== undefined && plannedWorkCount(facts.plan) > 0
    ? {
        ...plain,
        result: 'failed',
        reason: 'changes-found',
        hint: 'The cluster is not as the manifests say; a deploy would make it so.',
      }
    : { ...plain, result: 'succeeded', reason: undefined, hint: undefined };
}

/** The outcome of `command: matrix`. */
export function concludeMatrix(names: readonly string[], order: 'parallel' | 'sequence', facts: Facts): Outcome {
  const [first = ''] = names;
  const verdict =
    names.length === 1
      ? `The matrix has one environment: ${first}`
      : `The matrix has ${names.length} environments${order === 'sequence' ? ', one after the other' : ''}: ${names.join(', ')}`;
  return { ...GOOD, verdict, facts };
}

/** The outcome of a run that removed previews, or looked which ones it would remove. */
export function concludeRemovals(facts: Facts): Outcome {
  if (facts.withheld !== undefined) {
    return { ...GOOD, verdict: `Nothing was removed: ${facts.withheld}`, facts };
  }
  const verdict = facts.preview === undefined ? describeRemovals(facts.removals) : previewSentence(facts.preview);
  return { ...GOOD, verdict, facts };
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

/** A failure that kept later waves, or what comes after the first Jobs, from being applied. `names` are as "ConfigMap/agent in shop". */
export function withUnapplied(outcome: Outcome, names: readonly string[]): Outcome {
  if (names.length === 0) {
    return outcome;
  }
  const more = names.length - NAMES_SHOWN;
  const shown = `${names.slice(0, NAMES_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const hint = `Not applied, since what comes before failed: ${shown}.`;
  return { ...outcome, hint: [outcome.hint, hint].filter(Boolean).join(' ') };
}

/** A failure after which the previous state was put back. The reason stays the first one; how the way back went is part of the sentence. */
export function withRollback(outcome: Outcome, facts: Facts): Outcome {
  const { rollback } = facts;
  const sentence = rollback === undefined ? '' : `; ${describeRollback(rollback)}`;
  return { ...outcome, verdict: `${outcome.verdict.replace(/\.$/, '')}${sentence}`, facts };
}

/** An API server that is lost after something was changed leaves nobody who knows how it went. */
function classify(code: FailureCode, facts: Facts): Pick<Outcome, 'result' | 'reason'> {
  if (code === 'cluster-unreachable' && facts.hasChanged) {
    return { result: 'unknown', reason: 'rollout-unknown' };
  }
  // Whoever closed the pull request wants nothing of it to be deployed.
  const ended = { cancelled: 'cancelled', 'preview-closed': 'superseded' } as const;
  return { result: code === 'cancelled' || code === 'preview-closed' ? ended[code] : 'failed', reason: code };
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
