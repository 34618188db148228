import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Kubectl } from '../kube/kubectl.ts';
import type { Command, CommandResult, Ports } from '../ports.ts';

export type RollbackContext = {
  readonly kubectl: Kubectl;
  readonly api: KubeApi;
  /** Private, removed at the end. */
  readonly folder: string;
  readonly ports: Ports;
};

const MOST_ATTEMPTS = 5;
const OUTRUN = 'the object has been modified';
/** What `kubectl apply --server-side` writes below every refusal with 409, whatever its cause. */
const ADVICE = '\nPlease review the fields above';

/** Announces a command that changes the cluster and runs it; none starts after a cancellation. Throws `apply-failed` with kubectl's last words. */
export async function change(
  command: Command,
  subject: string,
  { ports }: Pick<RollbackContext, 'ports'>,
): Promise<void> {
  ports.assertNotCancelled();
  ports.notify({ kind: 'changing', command, subject });
  const result = await ports.exec.run({ ...command, isLetEnd: true });
  for (const text of result.stdout.split('\n').filter((line) => line !== '')) {
    ports.notify({ kind: 'output', text });
  }
  if (result.exitCode !== 0) {
    throw new DeployError('apply-failed', lastWords(result));
  }
}

/** Does work that reads an object and changes it, once more whenever somebody else, such as a controller with its status, wrote it in between. */
export async function insist<Result>(
  work: () => Promise<Result>,
  { ports }: Pick<RollbackContext, 'ports'>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isOutrun = error instanceof DeployError && error.message.includes(OUTRUN);
      if (!isOutrun || attempt === MOST_ATTEMPTS) {
        throw error;
      }
      ports.notify({ kind: 'note', text: 'it was changed by somebody else meanwhile: once more' });
    }
  }
}

/** For what an object is as before without: a refusal is told, and nothing more. */
export async function tolerate(
  work: () => Promise<void>,
  consequence: string,
  { ports }: Pick<RollbackContext, 'ports'>,
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

function lastWords(result: CommandResult): string {
  if (result.timedOut) {
    return 'kubectl did not end in time';
  }
  const [told = ''] = result.stderr.split(ADVICE);
  const lines = told.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:'));
  return lines.slice(-3).join(' ') || `kubectl ended with exit code ${result.exitCode}`;
}
