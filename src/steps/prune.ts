import type { PlannedApply } from '../apply/check.ts';
import { inventoryAfter, inventoryBefore, type Inventory, type InventoryScope } from '../apply/inventory.ts';
import { planPrune, type PrunedObject } from '../apply/prune.ts';
import { readInventory } from '../apply/read-inventory.ts';
import type { Cluster } from '../connect.ts';
import type { Finding } from '../errors.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import type { Run } from './run.ts';

/** What is deleted because it left the manifests, and what is written down before the first change and after the last. */
export type PlannedCleanup = {
  readonly pruned: readonly PrunedObject[];
  readonly scope: InventoryScope;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
};

export type Cleanup = { readonly cleanup: PlannedCleanup | undefined; readonly findings: readonly Finding[] };

/** Without `prune` there is none. */
export async function planCleanup(
  targets: readonly Target[],
  { api, discover, namespace }: Cluster,
  { plan, ports }: Run,
): Promise<Cleanup> {
  const { inventory: name, origin } = plan.apply;
  if (name === undefined) {
    return { cleanup: undefined, findings: [] };
  }
  const scope = { name, namespace, repository: origin.repository };
  const { inventory, findings } = await readInventory(scope, api);
  const planned = await planPrune(inventory ?? empty(scope), targets, discover, api);
  planned.notes.forEach((text) => ports.notify({ kind: 'note', text }));
  return {
    cleanup: {
      pruned: planned.pruned,
      scope,
      before: inventoryBefore(scope, inventory, targets),
      after: inventoryAfter(scope, inventory, targets),
    },
    findings: [...findings, ...planned.findings],
  };
}

/** Everything of a plan. */
export type PlannedDeploy = PlannedApply & { readonly cleanup: PlannedCleanup | undefined };

function empty(scope: InventoryScope): Inventory {
  return { scope, entries: [] };
}
