import { assessTracker } from './assess-tracker.ts';
import type { Asker } from './ask.ts';
import { announce, type Session } from './session.ts';
import { stateText } from './state-text.ts';
import type { Tracker } from './tracker.ts';
import { verify } from './verify.ts';
import { viewOf } from './view-of.ts';

/** Looks at one rollout that is watched, and does what the look comes to: says its state, asks, verifies a failure, queues a success. */
export function lookAt(tracker: Tracker, session: Session, ask: Asker): void {
  if (tracker.stage.kind !== 'watching') {
    return;
  }
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
  ask(tracker, questions);
  const isResting = session.context.ports.clock.elapsed() < tracker.restsUntilMilliseconds;
  if (verdict.kind === 'done' && !isResting) {
    tracker.stage = { kind: 'confirming' };
  }
  if ((verdict.kind === 'failed' || verdict.kind === 'superseded') && !isResting) {
    tracker.stage = { kind: 'verifying' };
    session.spawn(async () => verify(tracker, view, verdict, session));
  }
}
