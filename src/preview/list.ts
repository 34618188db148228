import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Ending } from '../kube/collection-endings.ts';
import { listAll } from '../kube/collection-list.ts';
import { previewLabel } from '../plan/preview-namespace.ts';
import type { SweepPlan } from '../plan/preview-slices.ts';
import { PREVIEW_LABELS, previewOf, type Preview } from './marks.ts';

/** A page that the server has forgotten before it was asked for: the list is begun anew. */
const MOST_ATTEMPTS = 3;

/** All previews of the repository, or of one app of it, by name. Throws when not all of them are known. */
export async function listPreviews(
  { app, repositoryId }: Pick<SweepPlan, 'app' | 'repositoryId'>,
  api: KubeApi,
): Promise<readonly Preview[]> {
  const ofApp = app === undefined ? PREVIEW_LABELS.preview : `${PREVIEW_LABELS.preview}=${previewLabel(app)}`;
  const wish = {
    path: '/api/v1/namespaces',
    labelSelector: `${ofApp},${PREVIEW_LABELS.repositoryId}=${repositoryId}`,
  };
  for (let attempt = 1; ; attempt += 1) {
    const listed = await listAll(wish, api);
    if (listed.kind === 'listed') {
      // What the server was asked for is looked at once more: by a selector that it misread, the namespaces of others would be removed.
      return listed.objects
        .flatMap((namespace) => previewOf(namespace) ?? [])
        .filter((preview) => preview.repositoryId === repositoryId)
        .filter((preview) => app === undefined || preview.app === previewLabel(app))
        .toSorted((one, other) => one.namespace.localeCompare(other.namespace, 'en', { numeric: true }));
    }
    if (listed.kind !== 'expired' || attempt === MOST_ATTEMPTS) {
      throw failureOfEnding(listed);
    }
  }
}

function failureOfEnding(ending: Ending): DeployError {
  const why = 'message' in ending ? ending.message : `the list ${ending.kind}`;
  if (ending.kind === 'forbidden') {
    return new DeployError('access-denied', `The kubeconfig's user may not list namespaces: ${why}`, {
      hint: 'Give the user a ClusterRole that may list, get and delete namespaces, or use another kubeconfig.',
    });
  }
  if (ending.kind === 'unauthorized') {
    return new DeployError('credentials-rejected', `The API server does not accept the kubeconfig: ${why}`, {
      hint: 'The token or certificate may have expired.',
    });
  }
  return new DeployError('cluster-unreachable', `The namespaces of previews could not be listed: ${why}`);
}
