import type { RootContent } from 'mdast';
import type { WorkloadOutcome } from '../rollout/outcome.ts';
import { formatWorkload } from '../values/workload.ts';
import { bullets, heading, paragraph, text } from './markdown.ts';
import { causeOf } from './verdict.ts';

/** How the previous state was put back after a deploy that failed. */
export type RollbackFact = {
  /** `done`: everything that the run touched is as it was, and rolled out. `none`: there was nothing to put back. */
  readonly result: 'done' | 'partly' | 'none';
  readonly restored: readonly string[];
  readonly deleted: readonly string[];
  readonly left: readonly { readonly name: string; readonly why: string }[];
  /** The rollouts back. */
  readonly outcomes: readonly WorkloadOutcome[];
  /** Workloads that were not well before the deploy either. */
  readonly unhealthyBefore: readonly string[];
};

/** "…; everything is as it was before": what the verdict says of it. */
export function describeRollback({ result }: RollbackFact): string {
  switch (result) {
    case 'done':
      return 'everything is rolled back';
    case 'partly':
      return 'the rollback is not complete';
    case 'none':
      return 'nothing was rolled back';
  }
}

/** What the output `rolled-back` says. */
export function rollbackOutput(fact: RollbackFact | undefined): string {
  return fact === undefined || fact.result === 'none' ? 'false' : fact.result === 'done' ? 'true' : 'partly';
}

/** A line for everything that is worth knowing. */
export function rollbackLines(fact: RollbackFact): readonly string[] {
  const { restored, deleted, left, outcomes, unhealthyBefore } = fact;
  return [
    ...(restored.length === 0 ? [] : [`restored: ${restored.join(', ')}`]),
    ...(deleted.length === 0 ? [] : [`deleted again: ${deleted.join(', ')}`]),
    ...left.map(({ name, why }) => `left as it is: ${name}: ${why}`),
    ...outcomes.map((outcome) => `${formatWorkload(outcome.workload)}: ${wayBack(outcome)}`),
    ...unhealthyBefore.map((name) => `${name} was not well before the deploy either`),
  ];
}

export function rollbackSection(fact: RollbackFact | undefined): readonly RootContent[] {
  if (fact === undefined) {
    return [];
  }
  const lines = rollbackLines(fact);
  return [
    heading(3, 'Rollback'),
    paragraph(text(`After the failure ${describeRollback(fact)}.`)),
    ...(lines.length === 0 ? [] : [bullets(lines.map((line) => [text(line)]))]),
  ];
}

export function rollbackEntry(fact: RollbackFact | undefined): object | undefined {
  return (
    fact && {
      result: fact.result,
      restored: fact.restored,
      deleted: fact.deleted,
      left: fact.left,
      unhealthyBefore: fact.unhealthyBefore,
      rollouts: fact.outcomes.map((outcome) => ({
        ...outcome.workload,
        result: outcome.result,
        state: outcome.state,
        reason: outcome.reason,
        cause: outcome.diagnosis?.cause,
        seconds: outcome.seconds,
      })),
    }
  );
}

function wayBack(outcome: WorkloadOutcome): string {
  return outcome.result === 'succeeded'
    ? `the previous revision runs: ${outcome.state}`
    : `the previous revision does not run: ${causeOf(outcome)}`;
}
