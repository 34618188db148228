import type { Reachability } from '../kube/collection.ts';
import type { RolloutPlan } from '../plan/slices.ts';
import { createActiveClock } from './active-clock.ts';
import { createFollowing, type Following } from './follow-all.ts';
import type { RolloutContext } from './outcome.ts';
import type { PinnedObject } from './pin.ts';
import type { Session } from './session.ts';
import type { Stream } from './streams.ts';
import { createTracker, type Tracker } from './tracker.ts';

/** A session with what only the loop needs. */
export type OpenSession = Session & {
  readonly following: Following;
  /** Rollouts that something was heard of since the last call. */
  takeTouched(): ReadonlySet<Tracker>;
  /** Kinds of objects that may not be followed, since the last call. */
  takeForbidden(): readonly Stream[];
  /** Waits until there is something to do, at most so long. Throws what work that was spawned has thrown. */
  pause(milliseconds: number): Promise<void>;
  close(): void;
};

export function openSession(
  pinned: readonly PinnedObject[],
  plan: RolloutPlan,
  context: RolloutContext,
  reachability: Reachability,
  startedMilliseconds: number,
): OpenSession {
  const { clock, notify } = context.ports;
  const trackers = pinned.map((one) => createTracker(one, clock.elapsed()));
  const touched = new Set<Tracker>();
  const failures: unknown[] = [];
  let forbidden: readonly Stream[] = [];
  let waker = new AbortController();

  const wake = (): void => waker.abort();
  const onBroken = (error: unknown): void => {
    failures.push(error);
    wake();
  };
  const spawn = (work: () => Promise<void>): void => {
    work().then(wake, onBroken);
  };
  const onTouched = (some: readonly Tracker[]): void => {
    some.forEach((tracker) => touched.add(tracker));
    wake();
  };
  const onForbidden = (stream: Stream, message: string): void => {
    forbidden = [...forbidden, stream];
    notify({ kind: 'warning', text: `${LOST_DETAIL[stream.kind]}: ${message}` });
    wake();
  };
  const following = createFollowing(
    trackers,
    { api: context.api, clock, reachability, onTouched, onForbidden, onBroken },
    spawn,
  );

  return {
    context,
    plan,
    trackers,
    reachability,
    startedMilliseconds,
    active: createActiveClock(clock, reachability),
    following,
    unlistable: new Set(),
    followed: (namespace) => following.of(namespace),
    spawn,
    wake,
    takeTouched: () => {
      const taken = new Set(touched);
      touched.clear();
      return taken;
    },
    takeForbidden: () => {
      const taken = forbidden;
      forbidden = [];
      return taken;
    },
    pause: async (milliseconds) => {
      await clock.sleep(milliseconds, waker.signal);
      waker = new AbortController();
      if (failures.length > 0) {
        throw failures[0];
      }
    },
    close: () => following.stop(),
  };
}

const LOST_DETAIL: Readonly<Record<Stream['kind'], string>> = {
  subjects:
    'These workloads are asked for every two seconds, and kubectl cannot judge them, since they may not be listed or watched',
  pods: 'A failing pod is noticed only when its deadline is over, since pods may not be watched',
  events: 'Some causes of failure are not seen, since events may not be watched',
};
