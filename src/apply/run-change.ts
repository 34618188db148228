import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Kubectl } from '../kube/kubectl.ts';
import type { ApplyPlan } from '../plan/slices.ts';
import type { Command, CommandResult, Ports } from '../ports.ts';
import type { ImageReference } from '../values/image.ts';

export type ApplyContext = {
  readonly kubectl: Kubectl;
  readonly api: KubeApi;
  readonly folder: string;
  readonly ports: Ports;
};

/** What the deploy of the manifests needs besides. */
export type DeployContext = ApplyContext & {
  readonly plan: Pick<ApplyPlan, 'forceConflicts' | 'origin'>;
  /** The images of this run, with their digests. */
  readonly images: readonly ImageReference[];
};

/** What `kubectl apply --server-side` writes below every refusal with 409, whatever its cause. */
const ADVICE = '\nPlease review the fields above';

/** Announces a command that changes the cluster and runs it; none starts after a cancellation. Throws `apply-failed` with kubectl's last words. */
export async function runChange(command: Command, subject: string, context: ApplyContext): Promise<void> {
  context.ports.assertNotCancelled();
  context.ports.notify({ kind: 'changing', command, subject });
  const result = await context.ports.exec.run({ ...command, isLetEnd: true });
  for (const text of result.stdout.split('\n').filter((line) => line !== '')) {
    context.ports.notify({ kind: 'output', text });
  }
  if (result.exitCode !== 0) {
    const verb = command.args
      .filter((arg) => !arg.startsWith('-'))
      .slice(0, 2)
      .join(' ');
    throw new DeployError('apply-failed', `kubectl ${verb} failed: ${lastWords(result)}`, {
      hint: 'Mend the cause and run the same commit again: what is applied already stays as it is.',
    });
  }
}

function lastWords(result: CommandResult): string {
  if (result.timedOut) {
    return 'it did not end in time';
  }
  const [said = ''] = result.stderr.split(ADVICE);
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:'));
  return lines.slice(-3).join(' ') || `exit code ${result.exitCode}`;
}
