import { tellUncaughtBy } from './adapters/uncaught.ts';
import { createCancellation } from './adapters/cancellation.ts';
import { exitAfterGrace, onStopSignal } from './adapters/process.ts';
import { makePrivateFolder, removeFolder } from './adapters/private-folder.ts';
import { givenInputs, runnerFacts } from './adapters/runner.ts';
import { keepHeapSmall } from './adapters/young-generation.ts';
import { run } from './main.ts';
import { concludeError } from './report/outcome.ts';
import { report } from './report/report.ts';
import { createRuntime } from './runtime.ts';
import { clearFolders } from './left-behind.ts';
import { isLeftToPost } from './undo.ts';

keepHeapSmall();

async function main(): Promise<void> {
  const cancellation = createCancellation();
  const { ui, journal, ports } = createRuntime(cancellation);
  tellUncaughtBy(async (error) => report(concludeError(error, journal.facts()), ui));
  const { folder, leftBehind } = await makePrivateFolder();
  onStopSignal((name) => {
    cancellation.cancel(name);
    exitAfterGrace(() => void report(concludeError(cancellation.failure(), journal.facts()), ui));
  });
  let isKept = false;
  try {
    const real = await ports;
    await clearFolders(leftBehind, real);
    const outcome = await run(givenInputs(), runnerFacts(folder), real, journal);
    isKept = await isLeftToPost(outcome, folder, real.files);
    await report(outcome, ui);
  } finally {
    cancellation.cancel('the run has ended');
    if (!isKept) {
      await removeFolder(folder);
    }
  }
}

await main();
