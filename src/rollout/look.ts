import { textAt } from '../values/json.ts';
import { assessTracker } from './assess-tracker.ts';
import type { Asker } from './ask.ts';
import type { Question } from './knowledge.ts';
import { announce, secondsOf, type Session } from './session.ts';
import { startersOf, stateText } from './state-text.ts';
import { isPending, type Tracker } from './tracker.ts';
import { verify } from './verify.ts';
import { viewOf } from './view-of.ts';
import type { RolloutView } from './view.ts';

/** Looks at one rollout that is watched, and does what the look comes to: says its state, asks, verifies a failure, queues a success. */
export function lookAt(tracker: Tracker, session: Session, ask: Asker): void {
  if (tracker.stage.kind !== 'watching') {
    return;
  }
  tracker.lookAgainMilliseconds = Infinity;
  const outage = session.reachability.outage();
  if (outage !== undefined) {
    announce(tracker, `the API server does not answer, waiting for it`, session);
    return;
  }
  const view = viewOf(tracker, session.followed(tracker.pinned.subject.namespace));
  const { verdict, memory, questions } = assessTracker(tracker, view, session);
  tracker.memory = memory;
  tracker.isSuspect = verdict.kind === 'progressing' ? verdict.suspect !== undefined : verdict.kind !== 'done';
  announce(tracker, stateText(verdict.text, view, tracker.knowledge), session);
  ask(tracker, [...questions, ...questionsAboutSlowStart(tracker, view, session)]);
  const now = session.context.ports.clock.elapsed();
  const againSeconds = verdict.kind === 'progressing' ? verdict.lookAgainSeconds : undefined;
  if (againSeconds !== undefined) {
    tracker.lookAgainMilliseconds = now + againSeconds * 1000;
  }
  const isResting = now < tracker.restsUntilMilliseconds;
  if (verdict.kind === 'done' && !isResting) {
    tracker.stage = { kind: 'confirming', sinceMilliseconds: now };
  }
  if ((verdict.kind === 'failed' || verdict.kind === 'superseded') && !isResting) {
    tracker.stage = { kind: 'verifying' };
    session.spawn(async () => verify(tracker, view, verdict, session));
  }
}

/** A start that takes longer is a pull, as a rule. */
const SLOW_START_SECONDS = 2;

/** Of more than these nobody reads each line. */
const MOST_ASKED = { rollouts: 20, pods: 3 } as const;

function questionsAboutSlowStart(tracker: Tracker, view: RolloutView, session: Session): readonly Question[] {
  const isSlow = secondsOf(session) - tracker.state.atSeconds >= SLOW_START_SECONDS;
  if (!isSlow || session.trackers.filter(isPending).length > MOST_ASKED.rollouts) {
    return [];
  }
  return startersOf(view)
    .slice(0, MOST_ASKED.pods)
    .map((pod) => ({
      kind: 'pod-events',
      podUid: textAt(pod, 'metadata', 'uid') ?? '',
      podName: textAt(pod, 'metadata', 'name') ?? '',
    }));
}
