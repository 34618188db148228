import { tellUncaughtBy } from './adapters/uncaught.ts';
import { createCancellation } from './adapters/cancellation.ts';
import { rememberedFolder } from './adapters/private-folder.ts';
import { onStopSignal } from './adapters/process.ts';
import { givenInputs, runnerFacts } from './adapters/runner.ts';
import { messageOf } from './errors.ts';
import { harmless } from './report/harmless.ts';
import { clearFolders } from './left-behind.ts';
import { createRuntime } from './runtime.ts';
import { endDeploymentOf, undoCancelled } from './undo.ts';

/** The post step: undoes what a cancelled run touched, if that was asked for, and removes what a killed one could not. */
async function post(folder: string): Promise<void> {
  const cancellation = createCancellation();
  onStopSignal((name) => cancellation.cancel(name));
  const { ui, journal, ports } = createRuntime(cancellation);
  const tell = async (complaint: string, work: () => Promise<readonly string[]>): Promise<void> => {
    try {
      (await work()).forEach((line) => ui.line(line));
    } catch (error) {
      ui.line(`warning: ${complaint}: ${messageOf(error)}`);
    }
  };
  try {
    // Neither has to wait for the other's trouble: the cluster for GitHub's least of all.
    await Promise.all([
      tell('what the cancelled run touched could not be put back', async () =>
        undoCancelled(givenInputs(), runnerFacts(folder), await ports, journal),
      ),
      tell('the deployment on GitHub could not be ended', async () =>
        endDeploymentOf(givenInputs(), runnerFacts(folder), await ports),
      ),
    ]);
  } finally {
    await clearFolders([folder], await ports);
    cancellation.cancel('the step has ended');
  }
}

tellUncaughtBy(async (error) => console.log(harmless(`warning: the post step failed: ${messageOf(error)}`)));
const folder = rememberedFolder();
if (folder !== undefined) {
  await post(folder);
}
