import type { JsonObject } from '../values/json.ts';

/** The name under which this action owns what it applies. */
export const FIELD_MANAGER = 'k8s-deploy';

/** Whether an entry of `metadata.managedFields` is of what this action applied. */
export function isOwnEntry(entry: JsonObject): boolean {
  return entry['manager'] === FIELD_MANAGER && entry['operation'] === 'Apply' && entry['subresource'] === undefined;
}

/**
 * True for the names under which kubectl itself changes objects for a person: kubectl-client-side-apply, kubectl-set, kubectl-edit,
 * kubectl-rollout, kubectl-patch, kubectl-create, and plain "kubectl" (server-side apply and scale).
 */
export function isKubectlsOwn(manager: string): boolean {
  return manager === 'kubectl' || manager.startsWith('kubectl-');
}

/** Commands with which a person writes what should be in a manifest; all their fields are taken over. `kubectl` is server-side apply's own name. */
const DECLARING = [
  'kubectl',
  'kubectl-client-side-apply',
  'kubectl-create',
  'kubectl-edit',
  'kubectl-patch',
  'kubectl-replace',
  'kubectl-rollout',
  'kubectl-set',
];

/** False for kubectl-label, kubectl-annotate, kubectl-scale and the like: only what the manifest has too is taken from those. */
export function isDeclaring(manager: string): boolean {
  return DECLARING.includes(manager);
}

/** `conflict with "helm" using apps/v1` → helm. */
export function managerInConflict(message: string): string {
  return /conflict with "([^"]+)"/.exec(message)?.[1] ?? 'unknown';
}
