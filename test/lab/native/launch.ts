import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../provider.ts';
import type { Binaries } from './compile.ts';
import { handOver, isAlive, type LabFolder } from './lab-folder.ts';

/** What the launcher tells the supervisor. */
export interface Launch {
  readonly name: string;
  readonly binaries: Binaries;
  /** A registry's data folder with the lab's own images. */
  readonly images: string;
  /** End when stdin ends, that is, with the process that launched it. */
  readonly attached: boolean;
}

export const LAUNCH_FILE = 'launch.json';

const POLL_MS = 50;

/** Starts the lab's one process: whoever kills it takes every other process, mount and network of the lab with it. */
export async function launchSupervisor(folder: LabFolder, launch: Launch): Promise<void> {
  await writeFile(join(folder.path, LAUNCH_FILE), JSON.stringify(launch));
  const log = openSync(folder.log, 'a');
  const namespaces = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const script = join(import.meta.dirname, 'namespaces.sh');
  const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
  const supervisor = join(import.meta.dirname, 'supervisor.ts');
  const command = [...namespaces, '--', 'sh', script, ...node, supervisor, folder.path];
  const child = spawn('unshare', command, { detached: true, stdio: [launch.attached ? 'pipe' : 'ignore', log, log] });
  closeSync(log);
  const pid = await new Promise<number | undefined>((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid));
    child.once('error', reject);
  });
  if (pid === undefined) throw new Error('unshare did not start');
  await handOver(folder, pid);
  child.unref();
  // Keeps the pipe open for as long as this process lives, without keeping this process alive.
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
}

/** Passes the supervisor's progress on until the lab is ready. */
export async function untilReady(folder: LabFolder, progress: Progress): Promise<void> {
  let shown = 0;
  for (;;) {
    const ready = existsSync(folder.state);
    const alive = isAlive(folder);
    const lines = existsSync(folder.log) ? readFileSync(folder.log, 'utf8').split('\n').slice(0, -1) : [];
    for (const line of lines.slice(shown)) progress(line);
    shown = lines.length;
    if (ready) return;
    if (!alive)
      throw new Error(`the lab ended before it was ready; its last words are above, its logs in ${folder.path}`);
    await sleep(POLL_MS);
  }
}
