import type { Reachability } from '../kube/collection.ts';
import type { RolloutPlan } from '../plan/slices.ts';
import { formatWorkload } from '../values/workload.ts';
import type { ActiveClock } from './active-clock.ts';
import type { Ending } from './ending.ts';
import type { FollowedNamespace } from './follow-namespace.ts';
import type { RolloutContext } from './outcome.ts';
import type { Tracker } from './tracker.ts';

/** Everything that the parts of the engine share while rollouts are seen through. */
export type Session = {
  readonly context: RolloutContext;
  readonly plan: RolloutPlan;
  readonly trackers: readonly Tracker[];
  readonly reachability: Reachability;
  readonly active: ActiveClock;
  readonly startedMilliseconds: number;
  followed(namespace: string): FollowedNamespace | undefined;
  /** URL paths of the kinds that may be read by name, but not listed or watched; kubectl cannot judge them. */
  readonly unlistable: Set<string>;
  /** Works beside the loop; an error of it ends the session. The loop is woken when it is done. */
  spawn(work: () => Promise<void>): void;
  /** Ends the pause of the loop. */
  wake(): void;
};

export function secondsOf(session: Session): number {
  return (session.context.ports.clock.elapsed() - session.startedMilliseconds) / 1000;
}

/** Says the state of a rollout when it is another than before, and remembers when it came. */
export function announce(tracker: Tracker, text: string, session: Session): void {
  if (tracker.state.text === text) {
    return;
  }
  const milestone = { text, atSeconds: secondsOf(session) };
  tracker.state = milestone;
  tracker.timeline = [...tracker.timeline, milestone];
  session.context.ports.notify({ kind: 'state', text: `${formatWorkload(tracker.pinned.subject)}: ${text}` });
}

export function settle(tracker: Tracker, ending: Ending, session: Session): void {
  tracker.stage = { kind: 'settled', ending, atMilliseconds: session.context.ports.clock.elapsed() };
  session.wake();
}
