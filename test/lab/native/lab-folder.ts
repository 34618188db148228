import { existsSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { removeCgroup } from './cgroup.ts';

/** The folder of one lab: everything it writes is in here. */
export interface LabFolder {
  readonly path: string;
  /** The programs that a lab's user calls; kubectl and buildx are apart so that a PATH without them can be made. */
  readonly bin: string;
  readonly tools: string;
  readonly kubeconfig: string;
  readonly controlSocket: string;
  readonly log: string;
  readonly state: string;
  readonly owner: string;
}

export function labFolder(name: string): LabFolder {
  const path = join(labsFolder(), name);
  const inside = (file: string): string => join(path, file);
  return {
    path,
    bin: inside('bin'),
    tools: inside('tools'),
    kubeconfig: inside('kubeconfig'),
    controlSocket: inside('control.sock'),
    log: inside('lab.log'),
    state: inside('state.json'),
    owner: inside('owner'),
  };
}

/** Makes the folder if no living lab has it; the rename lets only one of several processes succeed. */
export async function claimLabFolder(name: string): Promise<LabFolder | undefined> {
  await mkdir(labsFolder(), { recursive: true, mode: 0o700 });
  await sweepDeadLabs();
  const folder = labFolder(name);
  const unclaimed = await mkdtemp(join(cacheFolder(), '.claim-'));
  await writeFile(join(unclaimed, 'owner'), describeProcess(process.pid));
  try {
    await rename(unclaimed, folder.path);
    return folder;
  } catch {
    await rm(unclaimed, { recursive: true });
    return undefined;
  }
}

/** From now on the folder lives as long as that process. */
export async function handOver(folder: LabFolder, pid: number): Promise<void> {
  await writeFile(`${folder.owner}.new`, describeProcess(pid));
  await rename(`${folder.owner}.new`, folder.owner);
}

export function isAlive(folder: LabFolder): boolean {
  const pid = ownerPid(folder);
  return pid !== undefined && readFileSync(folder.owner, 'utf8') === describeProcess(pid);
}

export function ownerPid(folder: LabFolder): number | undefined {
  if (!existsSync(folder.owner)) return undefined;
  return Number.parseInt(readFileSync(folder.owner, 'utf8'), 10);
}

export async function removeLabFolder(name: string): Promise<void> {
  removeCgroup(name);
  await rm(labFolder(name).path, { recursive: true, force: true });
}

async function sweepDeadLabs(): Promise<void> {
  for (const name of await readdir(labsFolder())) {
    if (isAlive(labFolder(name))) continue;
    removeCgroup(name);
    // Out of the way at once: the name may be claimed anew while the old files are still being removed.
    const trash = join(cacheFolder(), `.dead-${name}-${process.pid}`);
    if (isRenamed(labFolder(name).path, trash)) await rm(trash, { recursive: true, force: true });
  }
}

function isRenamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    // Another process swept it first.
    return false;
  }
}

/** A pid alone could belong to another process by now; together with its start time it is unique. */
function describeProcess(pid: number): string {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return `${pid} gone`;
  const afterCommand = readFileSync(stat, 'utf8').split(') ').at(-1) ?? '';
  const [state, ...fields] = afterCommand.split(' ');
  // Killed, and not yet taken notice of by its parent.
  if (state === 'Z') return `${pid} gone`;
  return `${pid} ${fields[18] ?? ''}`;
}

function labsFolder(): string {
  return join(cacheFolder(), 'labs');
}
