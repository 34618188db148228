import { join } from 'node:path';
import { closeBuilder, type ClosePorts } from './builder/close.ts';
import { BUILDER_FOLDER } from './plan/registries.ts';

/** Removes the builders of runs that could not do it themselves, by what is in their private folders. Never throws. */
export async function removeBuilders(folders: readonly string[], ports: ClosePorts): Promise<void> {
  await Promise.all(folders.map(async (folder) => closeBuilder(join(folder, BUILDER_FOLDER), ports)));
}
