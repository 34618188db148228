import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import type { Command } from '../ports.ts';
import { formatWorkload, type Workload } from '../values/workload.ts';
import { FIELD_MANAGER } from './managers.ts';
import type { ImageChange } from './set-image.ts';

const CHANGE_TIMEOUT_SECONDS = 120;

/** The manifests go through stdin: secrets in them are never in argv nor on disk. They were validated by the dry run, so kubectl need not fetch the schema again. */
export function applyCommand(kubectl: Kubectl, yaml: string): Command {
  const args = ['apply', '--server-side', `--field-manager=${FIELD_MANAGER}`, '--validate=false', '-f', '-'];
  return kubectlCommand(kubectl, args, { stdin: yaml, timeoutSeconds: CHANGE_TIMEOUT_SECONDS });
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
