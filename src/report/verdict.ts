import type { WorkloadOutcome } from '../rollout/outcome.ts';
import { formatWorkload, isRolloutKind } from '../values/workload.ts';
import type { Facts } from './facts.ts';

/** The sentences of the verdict: the same in log, annotation, summary and outputs. */

/** "deployment/server did not roll out: container server exits with code 1 …". */
export function describeRollout(outcome: WorkloadOutcome): string {
  const name = formatWorkload(outcome.workload);
  const cause = causeOf(outcome);
  const aim = isRolloutKind(outcome.workload.kind) ? 'roll out' : 'succeed';
  switch (outcome.result) {
    case 'succeeded':
      return `${name} is rolled out: ${outcome.state}`;
    case 'failed':
      return `${name} ${FAILED_LATE[outcome.reason ?? ''] ?? `did not ${aim}`}: ${cause}`;
    case 'timed-out':
      return `${name} did not ${aim} in time: ${cause}`;
    case 'unknown':
      return `${name} is in an unknown state: ${cause}`;
    case 'superseded':
      return `${name} was superseded: ${cause}`;
    case 'unfinished':
      return `${name} was not waited for any more: ${cause}`;
  }
}

/** What is found out only when the rollout itself is over. */
const FAILED_LATE: Readonly<Record<string, string>> = {
  unstable: 'rolled out and did not stay well',
  'image-differs': 'rolled out, but not with the image that was deployed',
};

/** Why it did not go well, as far as it is known. */
export function causeOf({ diagnosis, state }: WorkloadOutcome): string {
  return diagnosis?.cause ?? state;
}

/** "deployment/a, deployment/b: neither has a readinessProbe": what is worth saying of those that went well, each thing once. */
export function notesOf(facts: Facts): readonly string[] {
  const notes = facts.workloads.flatMap(({ workload, outcome }) =>
    (outcome?.notes ?? []).map((note) => ({ note, name: formatWorkload(workload) })),
  );
  const byNote = Map.groupBy(notes, ({ note }) => note);
  return [...byNote].map(([note, all]) => `${[...new Set(all.map(({ name }) => name))].join(', ')}: ${note}`);
}

/** More of them are in the table. */
const NAMES_IN_SENTENCE = 10;

/** "Deployed 1a2b3c4: rolled out deployment/server (new revision), 2 objects changed". */
export function describeSuccess(facts: Facts): string {
  const commit = (facts.sha ?? '').slice(0, 7);
  const { workloads, objects, pruned } = facts;
  if (workloads.length === 0 && objects.length === 0) {
    return describeBuilds(facts, commit);
  }
  const rolled = workloads.filter(({ change }) => change !== 'unchanged');
  const changedObjects = objects.filter(({ change }) => change !== 'unchanged').length;
  if (rolled.length === 0 && changedObjects === 0 && pruned.length === 0) {
    const health = `, and ${count(workloads.length, 'workload')} ${workloads.length === 1 ? 'is' : 'are'} healthy`;
    return `Nothing to change: the cluster runs ${commit} already${workloads.length === 0 ? '' : health}`;
  }
  const names =
    rolled.length > NAMES_IN_SENTENCE
      ? `${rolled.length} workloads`
      : rolled.map(({ workload, change }) => `${formatWorkload(workload)} (${change})`).join(', ');
  const parts = [
    names === '' ? '' : `rolled out ${names}`,
    `${count(changedObjects, 'object')} changed`,
    pruned.length === 0 ? '' : `${pruned.length} deleted`,
  ];
  return `Deployed ${commit}: ${parts.filter((part) => part !== '').join(', ')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** "Built and pushed the image of 1a2b3c4", "The image of 1a2b3c4 was built before", "Built and pushed 2 images of 1a2b3c4 (1 was built before)", "Built the image of 1a2b3c4 without pushing it: the pull request comes from a fork, …". */
function describeBuilds({ builds, withheld }: Facts, commit: string): string {
  const [first] = builds;
  if (withheld !== undefined) {
    return builds.length === 0
      ? `Nothing of ${commit} was built or deployed: ${withheld}`
      : builds.length === 1
        ? `Built the image of ${commit} without pushing it: ${withheld}`
        : `Built ${builds.length} images of ${commit} without pushing them: ${withheld}`;
  }
  const built = builds.filter(({ how }) => how === 'built').length;
  const before = builds.length - built;
  if (first === undefined || (built === 1 && before === 0)) {
    return `Built and pushed the image of ${commit}`;
  }
  if (built === 0) {
    return before > 1
      ? `The ${before} images of ${commit} were built before`
      : first.how === 'raced'
        ? `Another run was quicker to push the image of ${commit}`
        : `The image of ${commit} was built before`;
  }
  const rest = before === 0 ? '' : ` (${before} ${before === 1 ? 'was' : 'were'} built before)`;
  return `Built and pushed ${count(built, 'image')} of ${commit}${rest}`;
}
