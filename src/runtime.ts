import { createUserInterface, maskInLog } from './adapters/actions.ts';
import type { Cancellation } from './adapters/cancellation.ts';
import { createClock } from './adapters/clock.ts';
import { proxiedDownloads } from './adapters/downloads.ts';
import { createExec } from './adapters/exec.ts';
import { createFiles } from './adapters/files.ts';
import { createGitHub } from './adapters/github.ts';
import { createHttp } from './adapters/http.ts';
import { fallbackToolCache } from './adapters/runner.ts';
import { sha256 } from './adapters/sha256.ts';
import { runnerToolCache } from './adapters/tool-cache.ts';
import type { Ports } from './ports.ts';
import type { UserInterface } from './report/interface.ts';
import { createJournal, type Journal } from './report/journal.ts';

/** The real world, for the main step and the post step. */
export type Runtime = { readonly ui: UserInterface; readonly journal: Journal; readonly ports: Promise<Ports> };

export function createRuntime(cancellation: Cancellation): Runtime {
  const ui = createUserInterface();
  const clock = createClock(cancellation);
  const journal = createJournal(ui, clock);
  return { ui, journal, ports: portsOf(cancellation, clock, journal) };
}

async function portsOf(cancellation: Cancellation, clock: Ports['clock'], journal: Journal): Promise<Ports> {
  return {
    exec: createExec(cancellation),
    http: createHttp(cancellation),
    downloads: proxiedDownloads(),
    github: createGitHub(),
    files: createFiles(),
    toolCache: await runnerToolCache(fallbackToolCache()),
    clock,
    notify: (happening) => journal.hear(happening),
    mask: maskInLog,
    sha256,
    assertNotCancelled: () => cancellation.assertNotCancelled(),
  };
}
