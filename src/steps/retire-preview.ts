import { retireAll } from '../github/deployments.ts';
import { taskOf } from '../plan/github-plan.ts';
import type { Run } from './run.ts';
import { tellUntold } from './untold.ts';

/** Of what cannot be told two times the rest is not tried: GitHub that is away takes most of a minute for each. */
const ENOUGH_UNTOLD = 2;

/** What is gone is deployed nowhere any more: its deployments on GitHub become inactive. */
export async function retirePreviews(namespaces: readonly string[], run: Run): Promise<void> {
  let untold = 0;
  for (const [index, namespace] of namespaces.entries()) {
    untold += (await retirePreview(namespace, run)) ? 0 : 1;
    const rest = namespaces.length - index - 1;
    if (untold >= ENOUGH_UNTOLD && rest > 0) {
      const title = `The deployments of ${rest} more ${rest === 1 ? 'preview' : 'previews'} on GitHub are not marked as inactive`;
      tellUntold({ title, why: 'GitHub was not asked any more', markdown: undefined }, run.journal, run.ports);
      return;
    }
  }
}

/** The same for one; false when GitHub could not be told. */
export async function retirePreview(namespace: string, { plan, ports, journal }: Run): Promise<boolean> {
  const { access, previewEnvironment: environment } = plan.github;
  if (access === undefined || environment === undefined) {
    return true;
  }
  const told = await retireAll(access, { environment, task: taskOf(namespace) }, ports);
  if (told.kind === 'untold') {
    const title = `The deployments of ${namespace} on GitHub are not marked as inactive`;
    tellUntold({ title, why: told.why, markdown: undefined }, journal, ports);
  }
  return told.kind === 'told';
}
