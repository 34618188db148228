import type { Assessment, Patience } from './assess.ts';
import type { Session } from './session.ts';
import { assess } from './signals/assess.ts';
import type { Tracker } from './tracker.ts';
import type { RolloutView } from './view.ts';

/** One look at a rollout with what is known of it and of the others. Nothing is changed by it. */
export function assessTracker(tracker: Tracker, view: RolloutView, session: Session): Assessment {
  const othersPending = session.trackers.some((other) => other !== tracker && isComingUp(other));
  return assess(
    view,
    { ...tracker.knowledge, othersPending },
    tracker.memory,
    session.active.seconds(),
    patienceOf(session),
  );
}

function patienceOf({ plan }: Session): Patience {
  const { failFast, maxRestarts, imageGraceSeconds, scheduleGraceSeconds } = plan;
  return { failFast, maxRestarts, imageGraceSeconds, scheduleGraceSeconds };
}

/** One that has trouble of its own is nothing to wait for. */
function isComingUp({ stage, isSuspect }: Tracker): boolean {
  return stage.kind === 'watching' && !isSuspect;
}
