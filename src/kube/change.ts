import { DeployError } from '../errors.ts';
import type { KubeApi } from './api.ts';
import type { Kubectl } from './kubectl.ts';
import type { Command, CommandResult, Ports } from '../ports.ts';

/** What every change of the cluster needs. */
export type ChangeContext = {
  readonly kubectl: Kubectl;
  readonly api: KubeApi;
  /** Private, removed at the end. */
  readonly folder: string;
  readonly ports: Ports;
};

type ChangePorts = Pick<Ports, 'exec' | 'notify' | 'assertNotCancelled'>;

const MOST_ATTEMPTS = 5;

const OUTRUN = 'the object has been modified';

/** What `kubectl apply --server-side` writes below every refusal with 409, whatever its cause. */
const ADVICE = '\nPlease review the fields above';

/** Announces a command that changes the cluster and lets it end, whatever comes; none starts after a cancellation. What it prints is for the caller to show. */
export async function changeQuietly(command: Command, subject: string, ports: ChangePorts): Promise<CommandResult> {
  ports.assertNotCancelled();
  ports.notify({ kind: 'changing', command, subject });
  return ports.exec.run({ ...command, isLetEnd: true });
}

/** The same, and shows what it prints. */
export async function change(command: Command, subject: string, ports: ChangePorts): Promise<CommandResult> {
  const result = await changeQuietly(command, subject, ports);
  for (const text of result.stdout.split('\n').filter((line) => line !== '')) {
    ports.notify({ kind: 'output', text });
  }
  return result;
}

/** Why a command failed, in its own words: the last three lines that are no warning. */
export function lastWords(result: CommandResult): string {
  if (result.timedOut) {
    return 'it did not end in time';
  }
  const [told = ''] = result.stderr.split(ADVICE);
  const lines = told.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:'));
  return lines.slice(-3).join(' ') || `exit code ${result.exitCode}`;
}

/** Does work that reads an object and changes it, once more whenever somebody else, such as a controller with its status, wrote it in between. */
export async function insist<Result>(work: () => Promise<Result>, { notify }: Pick<Ports, 'notify'>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isOutrun = error instanceof DeployError && error.message.includes(OUTRUN);
      if (!isOutrun || attempt === MOST_ATTEMPTS) {
        throw error;
      }
      notify({ kind: 'note', text: 'it was changed by somebody else meanwhile: once more' });
    }
  }
}
