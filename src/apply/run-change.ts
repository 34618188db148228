import { DeployError } from '../errors.ts';
import { change, lastWords, type ChangeContext } from '../kube/change.ts';
import type { ApplyPlan } from '../plan/slices.ts';
import type { Command } from '../ports.ts';
import type { ImageReference } from '../values/image.ts';

/** What the deploy of the manifests needs besides. */
export type DeployContext = ChangeContext & {
  readonly plan: Pick<ApplyPlan, 'forceConflicts' | 'origin'>;
  /** The images of this run, with their digests. */
  readonly images: readonly ImageReference[];
};

/** Announces a command that changes the cluster and runs it; none starts after a cancellation. Throws `apply-failed` with kubectl's last words. */
export async function runChange(command: Command, subject: string, context: ChangeContext): Promise<void> {
  const result = await change(command, subject, context.ports);
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
