import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import type { Command } from '../ports.ts';
import { textAt } from '../values/json.ts';
import type { PrunedObject } from './prune.ts';

const DELETE_TIMEOUT_SECONDS = 60;

/**
 * `kubectl delete --raw '/api/v1/namespaces/shop/configmaps/agent?propagationPolicy=Background&uid=…'`. Not the plain `kubectl delete`,
 * which has no preconditions: when somebody deletes the object and makes another of that name between our look and the command, the plain
 * one deletes the new object, and this one is refused with a Conflict. DeleteOptions may stand in the query of the URL (apimachinery,
 * Convert_url_Values_To_v1_DeleteOptions), so it is still one line that a person could paste. It does not wait for finalizers, like
 * `--wait=false`; an object that is gone already is a NotFound, which whoever runs it has to take as done.
 *
 * What it prints must not be shown: of an object with finalizers that is the whole object, of a Secret too.
 */
export function deleteCommand(kubectl: Kubectl, { path, live }: PrunedObject): Command {
  const options = new URLSearchParams({
    propagationPolicy: 'Background',
    uid: textAt(live, 'metadata', 'uid') ?? '',
  });
  return kubectlCommand(kubectl, ['delete', '--raw', `${path}?${options.toString()}`], {
    timeoutSeconds: DELETE_TIMEOUT_SECONDS,
  });
}
