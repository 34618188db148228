import type { Cluster } from '../connect.ts';
import type { PreviewPlan } from '../plan/preview-slices.ts';
import { destroyPreview, failureOfStuck } from '../preview/destroy.ts';
import type { PreviewState, RemovalFact, RemovalReason } from '../preview/facts.ts';
import { failureOfForeign, ownershipOf } from '../preview/ownership.ts';
import { readNamespace } from './preview.ts';
import { retirePreview } from './retire-preview.ts';
import type { Run } from './run.ts';

/** What is said of the preview. */
export const STATES_OF_REMOVALS: Readonly<Record<RemovalFact['outcome'], PreviewState>> = {
  removed: 'destroyed',
  'would-be-removed': 'would-be-destroyed',
  gone: 'absent',
  kept: 'left',
  stuck: 'left',
  unseen: 'unseen',
};

/** Removes the preview of a pull request. Throws `preview-foreign`, and `preview-stuck` when it is still there after the time for it. */
export async function destroy(preview: PreviewPlan, cluster: Cluster, run: Run): Promise<void> {
  const { plan, journal } = run;
  const { pullRequest } = plan.event;
  const why = pullRequest?.number === preview.pullRequest && pullRequest.isClosed ? 'closed' : 'asked';
  await journal.phase('Destroy', async () => {
    const removal = await remove(preview, why, cluster, run);
    const { namespace, app, pullRequest: number } = preview;
    const state = STATES_OF_REMOVALS[removal.outcome];
    journal.add({
      removals: [removal],
      preview: { namespace, app, pullRequest: number, url: undefined, expiresAt: undefined, state },
    });
    if (!plan.command.isDryRun && (removal.outcome === 'removed' || removal.outcome === 'gone')) {
      await retirePreview(preview.namespace, run);
    }
    const failure = failureOfStuck([removal]);
    if (failure !== undefined) {
      throw failure;
    }
  });
}

async function remove(
  preview: PreviewPlan,
  why: RemovalReason,
  { kubectl, api }: Cluster,
  { plan, ports }: Run,
): Promise<RemovalFact> {
  const live = await readNamespace(preview, api);
  const { namespace, app, pullRequest } = preview;
  const fact = { namespace, app, pullRequest, why, detail: undefined };
  if (live === undefined) {
    return { ...fact, outcome: 'gone' };
  }
  if (ownershipOf(live, preview) === 'foreign') {
    throw failureOfForeign(live, preview);
  }
  return plan.command.isDryRun
    ? { ...fact, outcome: 'would-be-removed' }
    : destroyPreview(live, why, { kubectl, api, ports, timeoutSeconds: plan.rollout.timeoutSeconds });
}
