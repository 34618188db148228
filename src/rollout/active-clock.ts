import type { Reachability } from '../kube/collection.ts';
import type { Clock } from '../ports.ts';

/** A gap between two ticks that is longer than this was no waiting of ours: the machine slept. */
const LONGEST_TICK_MILLISECONDS = 10_000;

/** Seconds in which the cluster could be seen: stands still while the API server is away, and while this machine sleeps. */
export type ActiveClock = { tick(): void; seconds(): number };

export function createActiveClock(clock: Clock, reachability: Reachability): ActiveClock {
  let last = clock.elapsed();
  let active = 0;
  return {
    tick: () => {
      const now = clock.elapsed();
      const passed = now - last;
      last = now;
      if (passed <= LONGEST_TICK_MILLISECONDS && reachability.outage() === undefined) {
        active += passed;
      }
    },
    seconds: () => active / 1000,
  };
}
