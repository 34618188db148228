import { retireAll } from '../github/deployments.ts';
import { taskOf } from '../plan/github-plan.ts';
import type { Run } from './run.ts';
import { tellUntold } from './untold.ts';

/** What is gone is deployed nowhere any more: its deployments on GitHub become inactive. */
export async function retirePreview(namespace: string, { plan, ports, journal }: Run): Promise<void> {
  const { access, previewEnvironment: environment } = plan.github;
  if (access === undefined || environment === undefined) {
    return;
  }
  const told = await retireAll(access, { environment, task: taskOf(namespace) }, ports);
  if (told.kind === 'untold') {
    const title = `The deployments of ${namespace} on GitHub are not marked as inactive`;
    tellUntold({ title, why: told.why, markdown: undefined }, journal, ports);
  }
}
