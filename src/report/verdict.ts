import type { WorkloadOutcome } from '../rollout/outcome.ts';
import { formatWorkload } from '../values/workload.ts';
import type { Facts } from './facts.ts';

/** The sentences of the verdict: the same in log, annotation, summary and outputs. */

/** "deployment/server did not roll out: container server exits with code 1 …". */
export function describeRollout(outcome: WorkloadOutcome): string {
  const name = formatWorkload(outcome.workload);
  switch (outcome.result) {
    case 'succeeded':
      return `${name} is rolled out: ${outcome.state}`;
    case 'failed':
      return `${name} did not roll out: ${outcome.cause ?? outcome.state}`;
    case 'timed-out':
      return `${name} did not roll out in time: ${outcome.cause ?? outcome.state}`;
    case 'unknown':
      return `${name} is in an unknown state: ${outcome.cause ?? outcome.state}`;
  }
}

/** "Deployed 1a2b3c4: rolled out deployment/server (new revision), 2 objects changed". */
export function describeSuccess(facts: Facts): string {
  const commit = (facts.sha ?? '').slice(0, 7);
  const { workloads, objects } = facts;
  if (workloads.length === 0 && objects.length === 0) {
    return `Built and pushed the image of ${commit}`;
  }
  const rolled = workloads.filter(({ change }) => change !== 'unchanged');
  const changedObjects = objects.filter(({ change }) => change !== 'unchanged').length;
  if (rolled.length === 0 && changedObjects === 0) {
    const health = `${count(workloads.length, 'workload')} ${workloads.length === 1 ? 'is' : 'are'} healthy`;
    return `Nothing to change: the cluster runs ${commit} already, and ${health}`;
  }
  const names = rolled.map(({ workload, change }) => `${formatWorkload(workload)} (${change})`).join(', ');
  const parts = [names === '' ? '' : `rolled out ${names}`, `${count(changedObjects, 'object')} changed`];
  return `Deployed ${commit}: ${parts.filter((part) => part !== '').join(', ')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
