import { join } from 'node:path';
import { closeBuilder, type ClosePorts } from './builder/close.ts';
import { BUILDER_FOLDER } from './plan/registries.ts';

/**
 * Removes the private folders of runs that could not do it themselves, and the builders that are known by them. A folder whose builder nobody tried
 * to remove, because this run was cancelled as well, stays for the next one. Never throws.
 */
export async function clearFolders(folders: readonly string[], ports: ClosePorts): Promise<void> {
  await Promise.all(
    folders.map(async (folder) => {
      if ((await closeBuilder(join(folder, BUILDER_FOLDER), ports)) !== 'untried') {
        await ports.files.remove(folder).catch(() => undefined);
      }
    }),
  );
}
