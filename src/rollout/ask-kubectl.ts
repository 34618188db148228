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

export type Judged = readonly [Tracker, Judgement];

/** Whether `kubectl rollout status` knows the kind. */
export function isKnownToKubectl({ pinned }: Tracker): boolean {
  return isRolloutKind(pinned.subject.rule);
}

/**
 * What `kubectl rollout status` says of each of these of one namespace. One exit code for several does not tell which of them is bad: then
 * each is asked about alone. Throws `cluster-unreachable` when kubectl could not talk to the API server.
 */
export async function askKubectl(trackers: readonly Tracker[], context: RolloutContext): Promise<readonly Judged[]> {
  const subjects = trackers.map(({ pinned }) => pinned.subject);
  const command = judgeCommand(context.kubectl, subjects, JUDGE_TIMEOUT_SECONDS);
  context.ports.notify({ kind: 'running', command });
  const judgement = readJudgement(await context.ports.exec.run(command));
  if (judgement.kind === 'unreachable') {
    throw new DeployError('cluster-unreachable', `kubectl rollout status: ${judgement.text}`);
  }
  if (judgement.kind === 'succeeded' || judgement.kind === 'forbidden' || trackers.length === 1) {
    return trackers.map((tracker) => [tracker, judgement]);
  }
  const alone: Judged[] = [];
  for (const tracker of trackers) {
    alone.push(...(await askKubectl([tracker], context)));
  }
  return alone;
}

/**
 * What a fresh read says, of kinds that kubectl does not know. A Job may be gone as soon as it is done (ttlSecondsAfterFinished): then its
 * last state counts.
 */
export async function judgeByRead(tracker: Tracker, { api }: RolloutContext): Promise<Judged> {
  const { pinned, object: last } = tracker;
  const now = await readSubject(pinned.subject, api);
  const object = now.object ?? (pinned.subject.rule === 'Job' ? last : undefined);
  if (object === undefined || textAt(object, 'metadata', 'uid') !== pinned.uid) {
    return [tracker, { kind: 'refused', text: 'was deleted' }];
  }
  const progress = progressOf(pinned.subject, object);
  return [tracker, progress.kind === 'done' ? { kind: 'succeeded' } : { kind: 'refused', text: progress.text }];
}
