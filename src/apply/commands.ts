import { FIELD_MANAGER } from '../kube/field-managers.ts';
import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import type { KubeObject } from '../kube/object.ts';
import { resourceArgument, type Target } from '../kube/target.ts';
import type { Command } from '../ports.ts';
import { formatWorkload, type Workload } from '../values/workload.ts';
import type { ImageChange } from './set-image.ts';

const CHANGE_TIMEOUT_SECONDS = 120;
/** kubectl sends up to fifty requests a second. */
const OBJECTS_PER_SECOND = 10;
const DELETE_TIMEOUT_SECONDS = 120;

/**
 * The objects go through stdin, one JSON document each: secrets in them are never in argv nor on disk. They were validated by the dry
 * run, so kubectl need not fetch the schema again.
 */
export function applyCommand(kubectl: Kubectl, objects: readonly KubeObject[], forceConflicts: boolean): Command {
  const force = forceConflicts ? ['--force-conflicts'] : [];
  const args = ['apply', '--server-side', `--field-manager=${FIELD_MANAGER}`, ...force, '--validate=false', '-f', '-'];
  return kubectlCommand(kubectl, args, {
    stdin: objects.map((object) => `${JSON.stringify(object)}\n`).join(''),
    timeoutSeconds: CHANGE_TIMEOUT_SECONDS + Math.ceil(objects.length / OBJECTS_PER_SECOND),
  });
}

/** Deletes an object and waits until it is gone, with all that belongs to it. One that is gone already is no mistake. */
export function deleteCommand(kubectl: Kubectl, { resource, object, namespace }: Target): Command {
  const name = resourceArgument(resource, object.metadata.name);
  const waiting = ['--cascade=foreground', '--wait', `--timeout=${DELETE_TIMEOUT_SECONDS}s`, '--ignore-not-found'];
  return kubectlCommand(kubectl, ['delete', name, ...waiting], {
    namespace,
    timeoutSeconds: DELETE_TIMEOUT_SECONDS + 10,
  });
}

/** Replaces the managed fields of one object, and nothing else of it; fails when the object changed meanwhile. */
export function takeoverCommand(
  kubectl: Kubectl,
  resource: string,
  namespace: string | undefined,
  patchFile: string,
): Command {
  const args = ['patch', resource, '--type=json', `--field-manager=${FIELD_MANAGER}`, `--patch-file=${patchFile}`];
  return kubectlCommand(kubectl, args, { namespace, timeoutSeconds: CHANGE_TIMEOUT_SECONDS });
}

export function setImageCommand(kubectl: Kubectl, change: ImageChange): Command {
  const pairs = change.images.map(({ container, after }) => `${container}=${after}`);
  const args = ['set', 'image', formatWorkload(change.workload), ...pairs];
  return kubectlCommand(kubectl, args, {
    namespace: change.workload.namespace,
    timeoutSeconds: CHANGE_TIMEOUT_SECONDS,
  });
}

/** One command for all workloads of one namespace. */
export function restartCommand(kubectl: Kubectl, namespace: string, workloads: readonly Workload[]): Command {
  const args = ['rollout', 'restart', ...workloads.map(formatWorkload)];
  return kubectlCommand(kubectl, args, { namespace, timeoutSeconds: CHANGE_TIMEOUT_SECONDS });
}
