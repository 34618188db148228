import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { EOL, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const PREFIX = 'k8s-deploy-';

const STATE = 'folder';

/** A unix socket's path may have 107 bytes (Linux sun_path); the name of the socket itself takes a few. */
const LONGEST_PARENT = 90;

/**
 * A folder for this run alone (0700), under RUNNER_TEMP unless that path is too long for a socket in it. The post step is told to remove it
 * before anything is written into it.
 */
export async function makePrivateFolder(): Promise<string> {
  const temp = process.env['RUNNER_TEMP'] ?? tmpdir();
  const folder = await mkdtemp(join(temp.length <= LONGEST_PARENT ? temp : tmpdir(), PREFIX));
  const stateFile = process.env['GITHUB_STATE'];
  if (stateFile !== undefined && stateFile !== '') {
    appendFileSync(stateFile, `${STATE}=${folder}${EOL}`);
  }
  return folder;
}

/** In the post step: removes the folder of the main step, if there was one. */
export async function removeRememberedFolder(): Promise<void> {
  const folder = process.env[`STATE_${STATE}`] ?? '';
  if (basename(folder).startsWith(PREFIX)) {
    await rm(folder, { recursive: true, force: true });
  }
}
