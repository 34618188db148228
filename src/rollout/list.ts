import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { CollectionWish } from '../kube/collection.ts';
import { listAll, type Listed } from '../kube/collection-list.ts';
import type { Ending } from '../kube/collection-endings.ts';

/** What is there now, from the store and not from a cache. Throws `access-denied`, `credentials-rejected` or `cluster-unreachable`. */
export async function listObjects(wish: CollectionWish, api: KubeApi): Promise<Listed> {
  const outcome = await listAll(wish, api);
  if (outcome.kind === 'listed') {
    return outcome;
  }
  throw failureOfEnding(outcome, wish);
}

function failureOfEnding(ending: Ending, { path }: CollectionWish): DeployError {
  const message = 'message' in ending ? ending.message : ending.kind;
  if (ending.kind === 'forbidden') {
    return new DeployError('access-denied', `The kubeconfig's user may not list ${path}: ${message}`);
  }
  return ending.kind === 'unauthorized'
    ? new DeployError('credentials-rejected', `The API server does not accept the credentials: ${message}`)
    : new DeployError('cluster-unreachable', `${path} cannot be listed: ${message}`);
}
