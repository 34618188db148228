import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import { resourceArgument } from '../kube/target.ts';
import type { Command } from '../ports.ts';
import type { JsonObject } from '../values/json.ts';
import type { Touched } from './snapshot.ts';

const CHANGE_TIMEOUT_SECONDS = 120;

/** Where a command is to act: an object by its resource, name and namespace. */
export type Place = Pick<Touched, 'resource' | 'namespace' | 'objectName'>;

/** Through stdin, as for apply. Unlike apply it never changes an object that somebody else has created meanwhile. */
export function createCommand(kubectl: Kubectl, object: JsonObject): Command {
  return kubectlCommand(kubectl, ['create', '--validate=false', '-f', '-'], {
    stdin: JSON.stringify(object),
    timeoutSeconds: CHANGE_TIMEOUT_SECONDS,
  });
}

/** Under kubectl's own name, whose fields the next deploy takes over; under ours it would be in conflict with what we applied. */
export function patchCommand(kubectl: Kubectl, place: Place, patchFile: string): Command {
  return commandAt(kubectl, place, ['patch', argumentOf(place), '--type=json', `--patch-file=${patchFile}`]);
}

export function setImageCommand(
  kubectl: Kubectl,
  place: Place,
  images: readonly { readonly container: string; readonly image: string }[],
): Command {
  const pairs = images.map(({ container, image }) => `${container}=${image}`);
  return commandAt(kubectl, place, ['set', 'image', argumentOf(place), ...pairs]);
}

export function deleteCommand(kubectl: Kubectl, place: Place): Command {
  const args = ['delete', argumentOf(place), '--cascade=background', '--wait=false', '--ignore-not-found'];
  return commandAt(kubectl, place, args);
}

/** In the order of the names. */
export function deletePodsCommand(kubectl: Kubectl, namespace: string, names: readonly string[]): Command {
  const args = ['delete', 'pod', ...names, '--wait=false', '--ignore-not-found'];
  return kubectlCommand(kubectl, args, { namespace, timeoutSeconds: CHANGE_TIMEOUT_SECONDS });
}

function argumentOf({ resource, objectName }: Place): string {
  return resourceArgument(resource, objectName);
}

function commandAt(kubectl: Kubectl, { namespace }: Place, args: readonly string[]): Command {
  return kubectlCommand(kubectl, args, { namespace, timeoutSeconds: CHANGE_TIMEOUT_SECONDS });
}
