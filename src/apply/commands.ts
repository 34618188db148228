import { FIELD_MANAGER } from '../kube/field-managers.ts';
import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import { resourceArgument, type Target } from '../kube/target.ts';
import type { Command } from '../ports.ts';
import { formatWorkload, type Workload } from '../values/workload.ts';
import type { ImageChange } from './set-image.ts';

const CHANGE_TIMEOUT_SECONDS = 120;
const DELETE_TIMEOUT_SECONDS = 120;

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
