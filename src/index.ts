import { tellUncaughtBy } from './adapters/uncaught.ts';
import { createUserInterface, maskInLog } from './adapters/actions.ts';
import { createCancellation } from './adapters/cancellation.ts';
import { createClock } from './adapters/clock.ts';
import { proxiedDownloads } from './adapters/downloads.ts';
import { createExec } from './adapters/exec.ts';
import { createFiles } from './adapters/files.ts';
import { createHttp } from './adapters/http.ts';
import { exitAfterGrace, onStopSignal } from './adapters/process.ts';
import { makePrivateFolder } from './adapters/private-folder.ts';
import { fallbackToolCache, givenInputs, runnerFacts } from './adapters/runner.ts';
import { runnerToolCache } from './adapters/tool-cache.ts';
import { keepHeapSmall } from './adapters/young-generation.ts';
import { run } from './main.ts';
import type { Ports } from './ports.ts';
import { createJournal } from './report/journal.ts';
import { concludeError } from './report/outcome.ts';
import { report } from './report/report.ts';

keepHeapSmall();
const ui = createUserInterface();
const files = createFiles();

async function main(): Promise<void> {
  const cancellation = createCancellation();
  const clock = createClock(cancellation);
  const journal = createJournal(ui, clock);
  tellUncaughtBy(async (error) => report(concludeError(error, journal.facts()), ui));
  const folder = await makePrivateFolder();
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
    cancellation.cancel('the run has ended');
    await files.remove(folder);
  }
}

await main();
