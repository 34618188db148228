import { appendFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { EOL, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const PREFIX = 'k8s-deploy-';

const STATE = 'folder';

/** A unix socket's path may have 107 bytes (Linux sun_path); the name of the socket itself takes a few. */
const LONGEST_PARENT = 80;

/**
 * A folder for this run alone (0700), under RUNNER_TEMP unless that path is too long for a socket in it. The post step is told to remove it
 * before anything is written into it. `leftBehind` are those of runs that were killed together with their post step.
 */
export async function makePrivateFolder(): Promise<{
  readonly folder: string;
  readonly leftBehind: readonly string[];
}> {
  const temp = process.env['RUNNER_TEMP'] ?? tmpdir();
  const parent = temp.length <= LONGEST_PARENT ? temp : tmpdir();
  const leftBehind = await foldersLeftBehind(parent);
  const folder = await mkdtemp(join(parent, `${PREFIX}${ownerMark()}${process.pid}-`));
  const stateFile = process.env['GITHUB_STATE'];
  if (stateFile !== undefined && stateFile !== '') {
    appendFileSync(stateFile, `${STATE}=${folder}${EOL}`);
  }
  return { folder, leftBehind };
}

/** In the post step: the folder of the main step, if there was one. */
export function rememberedFolder(): string | undefined {
  const folder = process.env[`STATE_${STATE}`] ?? '';
  return basename(folder).startsWith(PREFIX) ? folder : undefined;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Folders whose process is gone. Only those of our own process namespace: elsewhere the number says nothing. */
async function foldersLeftBehind(parent: string): Promise<readonly string[]> {
  const mine = `${PREFIX}${ownerMark()}`;
  const names = await readdir(parent).catch(() => []);
  const left = names.filter((name) => name.startsWith(mine) && !isAlive(Number(/(\d+)-\w+$/.exec(name)?.[1])));
  return left.map((name) => join(parent, name));
}

/** Tells apart containers that share a folder: the number of the process namespace, where there is one. */
function ownerMark(): string {
  try {
    return `${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'}-`;
  } catch {
    return '0-';
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) {
    return true;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
