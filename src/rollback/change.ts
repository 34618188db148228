import { DeployError } from '../errors.ts';
import { change as changeCluster, lastWords, type ChangeContext } from '../kube/change.ts';
import type { Command } from '../ports.ts';

/** Announces a command that changes the cluster and runs it; none starts after a cancellation. Throws `apply-failed` with kubectl's last words. */
export async function change(
  command: Command,
  subject: string,
  { ports }: Pick<ChangeContext, 'ports'>,
): Promise<void> {
  const result = await changeCluster(command, subject, ports);
  if (result.exitCode !== 0) {
    throw new DeployError('apply-failed', lastWords(result));
  }
}

/** For what an object is as before without: a refusal is told, and nothing more. */
export async function tolerate(
  work: () => Promise<void>,
  consequence: string,
  { ports }: Pick<ChangeContext, 'ports'>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DeployError) || error.code !== 'apply-failed') {
      throw error;
    }
    ports.notify({ kind: 'note', text: `${consequence}: ${error.message}` });
  }
}
