import { describeObject, type KubeObject } from '../kube/object.ts';
import { applyCommand } from './commands.ts';
import { runChange, type ApplyContext } from './run-change.ts';

/** Writes the inventory down; nothing when what is stored says the same already. */
export async function storeInventory(inventory: KubeObject | undefined, context: ApplyContext): Promise<void> {
  if (inventory !== undefined) {
    await runChange(applyCommand(context.kubectl, [inventory], false), describeObject(inventory), context);
  }
}
