import { formatImageReference } from '../values/image.ts';
import type { Output } from './interface.ts';
import type { Outcome } from './outcome.ts';
import { plannedWorkCount } from './plan-fact.ts';
import { removalEntries } from './removals.ts';
import { rollbackOutput } from './rollback.ts';

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
    { name: 'images', value: facts.images.map(formatImageReference).join('\n') },
    { name: 'tag', value: image?.tag ?? '' },
    { name: 'digest', value: image?.digest ?? '' },
    { name: 'sha', value: facts.sha ?? '' },
    { name: 'result', value: outcome.result },
    { name: 'reason', value: outcome.reason ?? '' },
    { name: 'workloads', value: JSON.stringify(workloads) },
    { name: 'changed', value: String(isChanged(outcome)) },
    { name: 'plan-hash', value: facts.plan?.hash ?? '' },
    { name: 'rolled-back', value: rollbackOutput(facts.rollback) },
    { name: 'url', value: facts.url ?? '' },
    { name: 'namespace', value: facts.preview?.namespace ?? '' },
    { name: 'matrix', value: facts.matrix ?? '' },
    { name: 'deploys', value: facts.deploys ?? '' },
    {
      name: 'removed',
      value: JSON.stringify(removalEntries(facts.removals.filter(({ outcome: one }) => one !== 'kept'))),
    },
    { name: 'report', value: '' },
  ];
}

/**
 * Whether something in the cluster is another than before, or, of a plan that was only shown, would be. A deploy that a plan stopped changed
 * nothing. A preview that is stuck has lost what was in it.
 */
export function isChanged({ reason, facts }: Pick<Outcome, 'reason' | 'facts'>): boolean {
  const { hasChanged, objects, workloads, pruned, plan, rollback, removals } = facts;
  if (plan !== undefined && !hasChanged) {
    return reason !== 'plan-changed' && plannedWorkCount(plan) > 0;
  }
  const isBack = rollback?.result === 'done';
  const isOther =
    pruned.length > 0 ||
    [...objects, ...workloads].some(({ change }) => change !== 'unchanged') ||
    removals.some(({ outcome }) => ['removed', 'stuck', 'unseen'].includes(outcome));
  return hasChanged && !isBack && isOther;
}
