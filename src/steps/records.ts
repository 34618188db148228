import { recordVerified } from '../promotion/verified.ts';
import type { ImageReference } from '../values/image.ts';
import type { Run } from './run.ts';

/** After all has succeeded: writes down that the images were verified in the environment, so that another may ask for that. */
export async function keepRecords(images: readonly ImageReference[], run: Run): Promise<void> {
  const { environment } = run.plan.promotion;
  if (environment === undefined || images.length === 0) {
    return;
  }
  const buildx = await run.registry.buildx();
  const records = await run.journal.phase('Record', async () => recordVerified(images, environment, buildx, run.ports));
  run.journal.add({ records });
}
