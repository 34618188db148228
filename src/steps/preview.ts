import type { Cluster } from '../connect.ts';
import { DeployError } from '../errors.ts';
import { readPullRequest } from '../github/pull-requests.ts';
import { getObject } from '../kube/api.ts';
import type { PreviewPlan } from '../plan/preview-slices.ts';
import { destroyPreview } from '../preview/destroy.ts';
import { waitUntilGone } from '../preview/gone.ts';
import type { PreviewFact } from '../preview/facts.ts';
import { failureOfForeign, ownershipOf } from '../preview/ownership.ts';
import { findUrl } from '../preview/url.ts';
import { concludeError, type Outcome } from '../report/outcome.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import type { Run } from './run.ts';

/** How long a namespace that is being deleted is waited for, before a new preview is refused. */
const LEAVING_SECONDS = 120;

/** Throws `preview-closed` when the pull request of a preview is closed. Who cannot be asked does not stop a deploy. */
export async function assertPullRequestOpen({ plan, ports }: Run): Promise<void> {
  const { preview, github, event } = plan;
  if (preview === undefined) {
    return;
  }
  if (event.pullRequest?.number === preview.pullRequest && event.pullRequest.isClosed) {
    throw closed(preview, 'is closed');
  }
  if (github.access === undefined) {
    return;
  }
  const found = await readPullRequest(github.access, preview.pullRequest, ports);
  switch (found.kind) {
    case 'open':
      return;
    case 'closed':
      throw closed(preview, 'is closed');
    case 'missing':
      throw closed(preview, `does not exist in ${preview.repository}`);
    case 'unknown':
      ports.notify({
        kind: 'warning',
        text: `Whether pull request ${preview.pullRequest} is still open is not known: ${found.why}`,
      });
  }
}

/** Throws `preview-foreign` when the namespace of the preview is somebody else's. One that is being deleted is waited for. */
export async function claimNamespace({ api }: Cluster, { plan, ports }: Run): Promise<void> {
  const { preview } = plan;
  if (preview === undefined) {
    return;
  }
  const live = await readNamespace(preview, api);
  const ownership = ownershipOf(live, preview);
  if (live !== undefined && ownership === 'foreign') {
    throw failureOfForeign(live, preview);
  }
  if (live !== undefined && ownership === 'terminating') {
    const uid = textAt(live, 'metadata', 'uid') ?? '';
    ports.notify({ kind: 'note', text: `the namespace ${preview.namespace} is being deleted: it is waited for` });
    await waitUntilGone(
      { namespace: preview.namespace, uid },
      ports.clock.elapsed() + LEAVING_SECONDS * 1000,
      api,
      ports,
    );
  }
}

/** After the deploy of a preview: finds its address, and removes it again when its pull request was closed meanwhile. */
export async function seePreviewThrough(outcome: Outcome, cluster: Cluster, run: Run): Promise<Outcome> {
  const { plan, ports, journal } = run;
  const { preview } = plan;
  if (preview === undefined || outcome.result === 'cancelled') {
    return outcome;
  }
  try {
    await assertPullRequestOpen(run);
  } catch (error) {
    await journal.phase('Remove the preview', async () => removeClosed(preview, cluster, run));
    return concludeError(error, journal.facts());
  }
  if (outcome.result !== 'succeeded') {
    return outcome;
  }
  const url =
    plan.url ??
    (await journal.phase('Find the address', async () =>
      findUrl(preview.namespace, cluster.api, cluster.discover, ports),
    ));
  journal.add({ url, preview: withUrl(journal.facts().preview, url) });
  return { ...outcome, facts: journal.facts() };
}

function withUrl(fact: PreviewFact | undefined, url: string | undefined): PreviewFact | undefined {
  return fact && { ...fact, url };
}

async function removeClosed(
  preview: PreviewPlan,
  { kubectl, api }: Cluster,
  { plan, ports, journal }: Run,
): Promise<void> {
  const live = await readNamespace(preview, api);
  if (live === undefined || ownershipOf(live, preview) === 'foreign') {
    return;
  }
  const { timeoutSeconds } = plan.rollout;
  const removal = await destroyPreview(live, 'closed', { kubectl, api, ports, timeoutSeconds });
  const { preview: fact } = journal.facts();
  journal.add({ removals: [removal], url: undefined, preview: fact && { ...fact, url: undefined, state: 'closed' } });
}

export async function readNamespace(
  { namespace }: Pick<PreviewPlan, 'namespace'>,
  api: Cluster['api'],
): Promise<JsonObject | undefined> {
  return getObject(api, `/api/v1/namespaces/${encodeURIComponent(namespace)}`, `read the namespace ${namespace}`);
}

function closed({ pullRequest }: PreviewPlan, how: string): DeployError {
  return new DeployError('preview-closed', `Pull request ${pullRequest} ${how}, so it has no preview`, {
    hint: 'Nothing has to be done: reopen the pull request to get one.',
  });
}
