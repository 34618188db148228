import { DeployError } from '../errors.ts';
import { textAt } from '../values/json.ts';
import { isRolloutKind } from '../values/workload.ts';
import { judgeCommand, readJudgement, type Judgement } from './judge.ts';
import type { RolloutContext } from './outcome.ts';
import { readSubject } from './read.ts';
import { progressOf } from './rule.ts';
import type { Tracker } from './tracker.ts';

/** kubectl needs a moment only; longer means that it does not see what we see. */
const JUDGE_TIMEOUT_SECONDS = 10;

/** One kubectl looks at ten objects at once, and then at five a second (the rate limit of client-go). */
const MOST_OF_ONE_KUBECTL = 10;

/** Processes of kubectl beside each other. */
const MOST_KUBECTLS = 4;

/**
 * What `kubectl rollout status` says of each, and a fresh read of kinds that it does not know. Throws `cluster-unreachable` when kubectl could
 * not talk to the API server.
 */
export async function judgeAll(
  trackers: readonly Tracker[],
  context: RolloutContext,
): Promise<ReadonlyMap<Tracker, Judgement>> {
  const forKubectl = trackers.filter(isKnownToKubectl);
  const forUs = trackers.filter((tracker) => !isKnownToKubectl(tracker));
  const [byKubectl, byRead] = await Promise.all([
    askInGroups(forKubectl, context),
    Promise.all(forUs.map(async (tracker) => [tracker, await judgeByRead(tracker, context)] as const)),
  ]);
  return new Map([...byKubectl, ...byRead]);
}

const isKnownToKubectl = ({ pinned }: Tracker): boolean => isRolloutKind(pinned.subject.rule);

async function askInGroups(trackers: readonly Tracker[], context: RolloutContext): Promise<readonly Judged[]> {
  const left = chunksOf(trackers, MOST_OF_ONE_KUBECTL);
  const judged: Judged[] = [];
  const work = async (): Promise<void> => {
    for (let group = left.shift(); group !== undefined; group = left.shift()) {
      judged.push(...(await askKubectl(group, context)));
    }
  };
  await Promise.all(Array.from({ length: MOST_KUBECTLS }, work));
  return judged;
}

function chunksOf<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

type Judged = readonly [Tracker, Judgement];

/** One exit code for several does not tell which of them is bad: then each is asked about alone. */
async function askKubectl(trackers: readonly Tracker[], context: RolloutContext): Promise<readonly Judged[]> {
  if (trackers.length === 0) {
    return [];
  }
  const subjects = trackers.map(({ pinned }) => pinned.subject);
  const command = judgeCommand(context.kubectl, subjects, JUDGE_TIMEOUT_SECONDS);
  context.ports.notify({ kind: 'running', command });
  const judgement = readJudgement(await context.ports.exec.run(command));
  if (judgement.kind === 'unreachable') {
    throw new DeployError('cluster-unreachable', `kubectl rollout status: ${judgement.text}`);
  }
  if (judgement.kind === 'succeeded' || trackers.length === 1) {
    return trackers.map((tracker) => [tracker, judgement]);
  }
  const alone: Judged[] = [];
  for (const tracker of trackers) {
    alone.push(...(await askKubectl([tracker], context)));
  }
  return alone;
}

/** A Job may be gone as soon as it is done (ttlSecondsAfterFinished): then its last state counts. */
async function judgeByRead({ pinned, object: last }: Tracker, { api }: RolloutContext): Promise<Judgement> {
  const now = await readSubject(pinned.subject, api);
  const object = now.object ?? (pinned.subject.rule === 'Job' ? last : undefined);
  if (object === undefined || textAt(object, 'metadata', 'uid') !== pinned.uid) {
    return { kind: 'refused', text: 'was deleted' };
  }
  const progress = progressOf(pinned.subject, object);
  return progress.kind === 'done' ? { kind: 'succeeded' } : { kind: 'refused', text: progress.text };
}
