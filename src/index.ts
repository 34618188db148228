import { createUserInterface, maskInLog, rememberedFolder, rememberFolder } from './adapters/actions.ts';
import { createCancellation } from './adapters/cancellation.ts';
import { createClock } from './adapters/clock.ts';
import { proxiedDownloads } from './adapters/downloads.ts';
import { createExec } from './adapters/exec.ts';
import { createFiles } from './adapters/files.ts';
import { createHttp } from './adapters/http.ts';
import { exitAfterGrace, onStopSignal } from './adapters/process.ts';
import { fallbackToolCache, givenInputs, makePrivateFolder, runnerFacts } from './adapters/runner.ts';
import { runnerToolCache } from './adapters/tool-cache.ts';
import { run } from './main.ts';
import type { Ports } from './ports.ts';
import { createJournal } from './report/journal.ts';
import { concludeError } from './report/outcome.ts';
import { report } from './report/report.ts';

const ui = createUserInterface();
const files = createFiles();

async function main(): Promise<void> {
  const cancellation = createCancellation();
  const clock = createClock(cancellation);
  const journal = createJournal(ui, clock);
  const folder = await makePrivateFolder();
  rememberFolder(folder);
  onStopSignal((name) => {
    cancellation.cancel(name);
    exitAfterGrace(() => void report(concludeError(cancellation.failure(), journal.facts()), ui));
  });
  const ports: Ports = {
    exec: createExec(cancellation),
    http: createHttp(cancellation),
    downloads: proxiedDownloads(),
    files,
    toolCache: await runnerToolCache(fallbackToolCache()),
    clock,
    notify: (happening) => journal.hear(happening),
    mask: maskInLog,
    assertNotCancelled: () => cancellation.assertNotCancelled(),
  };
  try {
    await report(await run(givenInputs(), runnerFacts(folder), ports, journal), ui);
  } finally {
    await files.remove(folder);
  }
}

/** Also when the main step was killed before it could clean up. */
async function cleanUp(folder: string): Promise<void> {
  await files.remove(folder);
}

const leftFolder = rememberedFolder();
await (leftFolder === undefined ? main() : cleanUp(leftFolder));
