import { sha256 } from '../../src/adapters/sha256.ts';
import type { GitHubHttp } from '../../src/github-http.ts';
import type { Http } from '../../src/http.ts';
import type { Clock, Downloads, Exec, Ports, ToolCache } from '../../src/ports.ts';
import { memoryFiles } from './memory-files.ts';

const refuse = (what: string) => async (): Promise<never> => {
  throw new Error(`${what} is not expected in this test`);
};

type Given = Partial<Omit<Ports, 'exec' | 'http' | 'github' | 'toolCache' | 'downloads'>> & {
  readonly exec?: Partial<Exec>;
  readonly http?: Partial<Http>;
  readonly github?: Partial<GitHubHttp>;
  readonly toolCache?: Partial<ToolCache>;
  readonly downloads?: Partial<Downloads>;
};

/** Ports of which only the given ones do anything; a sleep takes no time, everything else is a mistake of the test. */
export function fakePorts(given: Given): Ports {
  return {
    files: memoryFiles({}),
    clock: instantClock(),
    notify: () => {},
    mask: () => {},
    assertNotCancelled: () => {},
    sha256,
    ...given,
    downloads: {
      text: refuse('a download'),
      file: refuse('a download'),
      post: refuse('a download'),
      ...given.downloads,
    },
    toolCache: {
      find: refuse('the tool cache'),
      versions: refuse('the tool cache'),
      store: refuse('the tool cache'),
      extract: refuse('an archive'),
      onPath: refuse('PATH'),
      ...given.toolCache,
    },
    http: { request: refuse('a request'), stream: refuse('a stream'), ...given.http },
    github: { request: refuse('a request to GitHub'), ...given.github },
    exec: { run: refuse('a command'), start: refuse('a child'), ...given.exec },
  };
}

type Sleeper = { readonly dueAt: number; readonly wake: () => void };

/**
 * A clock whose sleeps take no time, but let everything else go on: it goes to the end of the shortest sleep when nothing else is left to
 * do. Both of its times begin at 0. `skip` lets time pass that nobody slept through, as on a runner that was suspended.
 */
export function instantClock(): Clock & { skip(milliseconds: number): void } {
  let now = 0;
  let isTurning = false;
  let sleepers: readonly Sleeper[] = [];

  const turn = (): void => {
    const [next, ...others] = sleepers.toSorted((one, other) => one.dueAt - other.dueAt);
    sleepers = others;
    isTurning = others.length > 0;
    now = Math.max(now, next?.dueAt ?? now);
    next?.wake();
    if (isTurning) {
      setImmediate(turn);
    }
  };

  return {
    now: () => now,
    elapsed: () => now,
    random: () => 0.5,
    skip: (milliseconds) => {
      now += milliseconds;
    },
    sleep: async (milliseconds, wake) =>
      new Promise((resolve) => {
        const end = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          wake?.removeEventListener('abort', end);
          resolve();
        };
        const sleeper = { dueAt: now + milliseconds, wake: end };
        if (wake?.aborted === true) {
          resolve();
          return;
        }
        wake?.addEventListener('abort', end);
        sleepers = [...sleepers, sleeper];
        if (!isTurning) {
          isTurning = true;
          setImmediate(turn);
        }
      }),
  };
}
