import type { Exec, Ports } from '../../src/ports.ts';
import { memoryFiles } from './memory-files.ts';

const refuse = (what: string) => async (): Promise<never> => {
  throw new Error(`${what} is not expected in this test`);
};

type Given = Partial<Omit<Ports, 'exec'>> & { readonly exec?: Partial<Exec> };

/** Ports of which only the given ones do anything; a sleep takes no time, everything else is a mistake of the test. */
export function fakePorts(given: Given): Ports {
  return {
    http: { request: refuse('a request') },
    downloads: { text: refuse('a download'), file: refuse('a download') },
    files: memoryFiles({}),
    toolCache: { find: refuse('the tool cache'), store: refuse('the tool cache'), onPath: refuse('PATH') },
    clock: instantClock(),
    notify: () => {},
    mask: () => {},
    assertNotCancelled: () => {},
    ...given,
    exec: { run: refuse('a command'), start: refuse('a child'), ...given.exec },
  };
}

/** A clock whose sleeps take no time, but let everything else go on. */
export function instantClock(): Ports['clock'] {
  let now = 0;
  return {
    now: () => now,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      now += milliseconds;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    },
  };
}
