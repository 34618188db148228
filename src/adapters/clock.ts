import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../ports.ts';
import type { Cancellation } from './cancellation.ts';

/** The real time. A sleep ends with the failure `cancelled` when the run is told to stop. */
export function createClock(cancellation: Cancellation): Clock {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    random: () => Math.random(),
    sleep: async (milliseconds, wake) => {
      const signal = wake === undefined ? cancellation.signal : AbortSignal.any([cancellation.signal, wake]);
      try {
        await sleep(milliseconds, undefined, { signal });
      } catch {
        cancellation.assertNotCancelled();
      }
    },
  };
}
