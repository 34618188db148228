import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../command.ts';
import { labFolder, removeLabFolder } from './lab-folder.ts';

/** Ends every process of the lab but this one and its parent, removes the lab's folder and exits. */
export async function endEverything(name: string): Promise<never> {
  // Inside the lab's own pid namespace -1 means: all of the lab, and nobody else.
  process.kill(-1, 'SIGKILL');
  await sleep(100);
  const mounts = mountsUnder(labFolder(name).path);
  if (mounts.length > 0) await run(['umount', '--lazy', ...mounts]).catch(() => undefined);
  await removeLabFolder(name);
  process.exit(0);
}

function mountsUnder(folder: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((mountPoint) => mountPoint.startsWith(`${folder}/`))
    .toReversed();
}
