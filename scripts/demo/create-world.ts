import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../../test/lab/lab.ts';
import { line } from './say.ts';
import { writeSettings } from './settings.ts';
import { createShop } from './shop-repository.ts';
import { ACTION, type World } from './world.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');

export async function createWorld(lab: Lab, folder: string): Promise<World> {
  const world = {
    lab,
    shop: join(folder, 'shop'),
    action: join(folder, 'action'),
    settings: join(folder, 'settings'),
    runner: join(folder, 'runner'),
  };
  await copyAction(world.action);
  await writeSettings(world);
  await createShop(join(CHECKOUT, 'examples', 'shop'), world.shop);
  line(`examples/shop is a git repository now; its workflow says "uses: ${ACTION}": that is this checkout's dist/.`);
  return world;
}

/** Without node_modules and the like, which an action's repository does not have either. */
async function copyAction(folder: string): Promise<void> {
  await mkdir(folder);
  await cp(join(CHECKOUT, 'action.yml'), join(folder, 'action.yml'));
  await cp(join(CHECKOUT, 'dist'), join(folder, 'dist'), { recursive: true });
}
