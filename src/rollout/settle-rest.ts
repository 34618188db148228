import { completeView } from './complete-view.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { endingWithoutPods } from './ending.ts';
import { settle, secondsOf, type Session } from './session.ts';
import { isPending, type Stage, type Tracker } from './tracker.ts';
import { viewOf } from './view-of.ts';

/** An API server that restarts, or is upgraded, is back by then. */
export const OUTAGE_BUDGET_SECONDS = 120;

/** The others may be about to fail too: what is found within this is told together. */
const MOMENT_AFTER_FAILURE_MILLISECONDS = 1500;

const BUSY: readonly Stage['kind'][] = ['verifying', 'confirming', 'proving'];

/** Why no more is waited for; undefined as long as something may still come. */
export type End = 'all-settled' | 'failed-fast' | 'timed-out' | 'unreachable';

export function endOf(session: Session): End | undefined {
  const { trackers, plan, context, reachability } = session;
  if (!trackers.some(isPending)) {
    return 'all-settled';
  }
  // What is about to be told is worth the moment that it takes.
  const isBusy = trackers.some(({ stage }) => BUSY.includes(stage.kind));
  const failures = trackers.flatMap(({ stage }) =>
    stage.kind === 'settled' && stage.ending.kind !== 'succeeded' ? [stage.atMilliseconds] : [],
  );
  const sinceFailure = context.ports.clock.elapsed() - Math.min(...failures);
  if (plan.failFast && failures.length > 0 && sinceFailure >= MOMENT_AFTER_FAILURE_MILLISECONDS && !isBusy) {
    return 'failed-fast';
  }
  const outage = reachability.outage();
  if (outage !== undefined && outage.seconds > OUTAGE_BUDGET_SECONDS) {
    return 'unreachable';
  }
  if (secondsOf(session) < plan.timeoutSeconds) {
    return undefined;
  }
  return outage === undefined ? 'timed-out' : 'unreachable';
}

/** Ends what is still pending. */
export async function settleRest(end: End, session: Session): Promise<void> {
  await Promise.all(
    session.trackers.filter(isPending).map(async (tracker) => {
      switch (end) {
        case 'timed-out':
          await settleTimedOut(tracker, session);
          return;
        case 'unreachable':
          settleUnknown(tracker, session);
          return;
        case 'failed-fast':
        case 'all-settled':
          settle(tracker, { kind: 'unfinished' }, session);
      }
    }),
  );
}

export function settleUnknown(tracker: Tracker, session: Session): void {
  const why = session.reachability.outage()?.message;
  const cause = `the API server does not answer, so nobody can tell${why === undefined ? '' : ` (${why})`}`;
  settle(tracker, endingWithoutPods('unknown', 'rollout-unknown', cause), session);
}

async function settleTimedOut(tracker: Tracker, session: Session): Promise<void> {
  const { api, ports } = session.context;
  const seen = viewOf(tracker, session.followed(tracker.pinned.subject.namespace));
  const view = await completeView(seen, tracker, api);
  const text = `not done within ${session.plan.timeoutSeconds} s: ${tracker.state.text}`;
  const diagnosis = await diagnose(view, { reason: 'rollout-timed-out', text }, { api, clock: ports.clock });
  settle(tracker, { kind: 'timed-out', reason: 'rollout-timed-out', diagnosis }, session);
}
