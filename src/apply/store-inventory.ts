import { describeObject, type KubeObject } from '../kube/object.ts';
import { applyCommand } from '../kube/server-side-apply.ts';
import type { ChangeContext } from '../kube/change.ts';
import { runChange } from './run-change.ts';

/** Writes the inventory down; nothing when what is stored says the same already. */
export async function storeInventory(inventory: KubeObject | undefined, context: ChangeContext): Promise<void> {
  if (inventory !== undefined) {
    await runChange(applyCommand(context.kubectl, [inventory], false), describeObject(inventory), context);
  }
}
