import type { DeployContext } from '../apply/run-change.ts';
import { pruneObjects } from '../apply/run-prune.ts';
import { storeInventory } from '../apply/store-inventory.ts';
import type { PlannedCleanup } from './prune.ts';
import type { Run } from './run.ts';

/** Deletes what left the manifests, once the deploy has gone well: until then the old objects may still be needed. */
export async function cleanUp(cleanup: PlannedCleanup | undefined, context: DeployContext, run: Run): Promise<void> {
  if (cleanup === undefined || (cleanup.pruned.length === 0 && cleanup.after === undefined)) {
    return;
  }
  await run.journal.phase('Prune', async () => {
    const deleted = await pruneObjects(cleanup.pruned, cleanup.scope.repository, context);
    await storeInventory(cleanup.after, context);
    run.journal.add({ pruned: deleted.map(({ describe }) => describe) });
  });
}
