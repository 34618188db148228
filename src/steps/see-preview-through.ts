import type { Cluster } from '../connect.ts';
import { DeployError } from '../errors.ts';
import type { PreviewPlan } from '../plan/preview-slices.ts';
import { destroyPreview, failureOfStuck } from '../preview/destroy.ts';
import type { PreviewFact } from '../preview/facts.ts';
import { PREVIEW_ANNOTATIONS } from '../preview/marks.ts';
import { ownershipOf } from '../preview/ownership.ts';
import { findUrl } from '../preview/url.ts';
import { concludeError, type Outcome } from '../report/outcome.ts';
import { textAt } from '../values/json.ts';
import { STATES_OF_REMOVALS } from './destroy.ts';
import { failureOfClosed, readNamespace, whyClosed } from './preview.ts';
import { retirePreview } from './retire-preview.ts';
import type { Run } from './run.ts';

/** After the deploy of a preview: finds its address, and removes it again when its pull request was closed meanwhile. */
export async function seePreviewThrough(outcome: Outcome, cluster: Cluster, run: Run): Promise<Outcome> {
  const { plan, journal } = run;
  const { preview } = plan;
  if (preview === undefined) {
    return outcome;
  }
  if (journal.facts().hasChanged || outcome.result === 'succeeded') {
    changeFact(run, { state: 'deployed', expiresAt: expiryIn(run) });
  }
  if (outcome.result === 'cancelled') {
    return { ...outcome, facts: journal.facts() };
  }
  const closed = await whyClosed(run);
  if (closed !== undefined) {
    await journal.phase('Remove the preview', async () => removeClosed(preview, cluster, run));
    return concludeError(failureOfClosed(closed), journal.facts());
  }
  if (outcome.result === 'succeeded') {
    const url = plan.url ?? (await lookForUrl(preview, cluster, run));
    journal.add({ url });
    changeFact(run, { url });
  }
  return { ...outcome, facts: journal.facts() };
}

/** What is deployed is deployed, wherever it is found: an API server that is lost by now changes nothing of that. */
async function lookForUrl({ namespace }: PreviewPlan, cluster: Cluster, run: Run): Promise<string | undefined> {
  const { ports, journal } = run;
  return journal.phase('Find the address', async () => {
    try {
      return await findUrl(namespace, cluster.api, cluster.discover, ports);
    } catch (error) {
      if (!(error instanceof DeployError) || error.code === 'cancelled') {
        throw error;
      }
      ports.notify({ kind: 'warning', text: `Where the preview is found is not known: ${error.message}` });
      return undefined;
    }
  });
}

/** Throws `preview-stuck`. */
async function removeClosed(preview: PreviewPlan, { kubectl, api }: Cluster, run: Run): Promise<void> {
  const { plan, ports, journal } = run;
  const live = await readNamespace(preview, api);
  if (live !== undefined && ownershipOf(live, preview) === 'foreign') {
    return;
  }
  const { timeoutSeconds } = plan.rollout;
  const removal = live && (await destroyPreview(live, 'closed', { kubectl, api, ports, timeoutSeconds }));
  const { outcome = 'gone' } = removal ?? {};
  const isGone = outcome === 'removed' || outcome === 'gone';
  const removals = removal === undefined ? [] : [removal];
  journal.add({ removals, url: undefined });
  const state = isGone ? 'closed' : STATES_OF_REMOVALS[outcome];
  changeFact(run, { url: undefined, expiresAt: undefined, state });
  if (isGone) {
    await retirePreview(preview.namespace, run);
  }
  const failure = failureOfStuck(removals);
  if (failure !== undefined) {
    throw failure;
  }
}

function changeFact({ journal }: Run, change: Partial<PreviewFact>): void {
  const { preview } = journal.facts();
  journal.add({ preview: preview && { ...preview, ...change } });
}

/** As it was written down on the namespace. */
function expiryIn({ own }: Run): string | undefined {
  const times = own.flatMap(
    ({ object }) => textAt(object, 'metadata', 'annotations', PREVIEW_ANNOTATIONS.expiresAt) ?? [],
  );
  return times[0];
}
