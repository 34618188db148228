import type { Cluster } from '../connect.ts';
import { DeployError } from '../errors.ts';
import { withDeadline } from '../github/pause.ts';
import { readPullRequest } from '../github/pull-requests.ts';
import { getObject } from '../kube/api.ts';
import type { PreviewPlan } from '../plan/preview-slices.ts';
import { waitUntilGone } from '../preview/gone.ts';
import { failureOfForeign, ownershipOf } from '../preview/ownership.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import type { Run } from './run.ts';

/** How long a namespace that is being deleted is waited for, before a new preview is refused. */
const LEAVING_SECONDS = 120;

/** How long GitHub may take to say whether a pull request is open: a deploy waits for it. */
const LONGEST_QUESTION_SECONDS = 30;

/** Throws `preview-closed` when the pull request of a preview is closed. Who cannot be asked does not stop a deploy. */
export async function assertPullRequestOpen({ plan, ports, journal }: Run): Promise<void> {
  const how = await whyClosed({ plan, ports });
  if (how !== undefined) {
    // Nothing was done about it: neither a namespace nor an address is to be told of.
    journal.add({ preview: undefined, url: undefined });
    throw failureOfClosed(how);
  }
}

/** "Pull request 7 is closed"; undefined when it is open, as far as is known, or the run is about no preview. */
export async function whyClosed({ plan, ports }: Pick<Run, 'plan' | 'ports'>): Promise<string | undefined> {
  const { preview, github, event } = plan;
  if (preview === undefined) {
    return undefined;
  }
  const { pullRequest: number, repository } = preview;
  if (event.pullRequest?.number === number && event.pullRequest.isClosed) {
    return `Pull request ${number} is closed`;
  }
  if (github.access === undefined) {
    return undefined;
  }
  const found = await readPullRequest(github.access, number, withDeadline(ports, LONGEST_QUESTION_SECONDS));
  switch (found.kind) {
    case 'open':
      return undefined;
    case 'closed':
      return `Pull request ${number} is closed`;
    case 'missing':
      return `Pull request ${number} does not exist in ${repository}`;
    case 'unknown':
      ports.notify({
        kind: 'warning',
        text: `Whether pull request ${number} is still open is not known: ${found.why}`,
      });
      return undefined;
  }
}

export function failureOfClosed(how: string): DeployError {
  return new DeployError('preview-closed', `${how}, so it has no preview`, {
    hint: 'Nothing has to be done: reopen the pull request to get one.',
  });
}

/**
 * Throws `preview-foreign` when the namespace of the preview is somebody else's. One that is being deleted is waited for, and
 * `namespace-terminating` when it stays.
 */
export async function claimNamespace({ api }: Cluster, { plan, ports, journal }: Run): Promise<void> {
  const { preview } = plan;
  if (preview === undefined) {
    return;
  }
  const { namespace } = preview;
  const live = await readNamespace(preview, api);
  const isLeaving = ownershipOf(live, preview) === 'terminating';
  if (live !== undefined && isLeaving) {
    ports.notify({ kind: 'note', text: `the namespace ${namespace} is being deleted: it is waited for` });
    const until = ports.clock.elapsed() + LEAVING_SECONDS * 1000;
    const uid = textAt(live, 'metadata', 'uid') ?? '';
    const held = await waitUntilGone({ namespace, uid }, until, api, ports);
    if (held !== undefined) {
      throw failureOfLeaving(namespace, held.why);
    }
  }
  // Somebody may have made it anew by now.
  const fresh = isLeaving ? await readNamespace(preview, api) : live;
  if (fresh !== undefined && ownershipOf(fresh, preview) === 'foreign') {
    journal.add({ preview: undefined, url: undefined });
    throw failureOfForeign(fresh, preview);
  }
}

function failureOfLeaving(namespace: string, held: string): DeployError {
  return new DeployError(
    'namespace-terminating',
    `The namespace ${namespace} is being deleted, and did not go within ${LEAVING_SECONDS} s: ${held}`,
    {
      hint: 'Look after what holds it, and deploy again when it is gone: the namespace is made anew then.',
    },
  );
}

export async function readNamespace(
  { namespace }: Pick<PreviewPlan, 'namespace'>,
  api: Cluster['api'],
): Promise<JsonObject | undefined> {
  return getObject(api, `/api/v1/namespaces/${encodeURIComponent(namespace)}`, `read the namespace ${namespace}`);
}
