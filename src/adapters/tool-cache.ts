import { cacheFile, extractTar, extractZip, find, findAllVersions } from '@actions/tool-cache';
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { env, platform } from 'node:process';
import type { ToolCache } from '../ports.ts';

const CACHE_VARIABLE = 'RUNNER_TOOL_CACHE';

/**
 * The runner's tool cache, in the layout of @actions/tool-cache. Where the runner has none, or one that cannot be written (both are common on
 * self-hosted runners), tools are stored in `fallbackFolder`; what a read-only cache holds is still found.
 */
export async function runnerToolCache(fallbackFolder: string): Promise<ToolCache> {
  const runnerFolder = env[CACHE_VARIABLE];
  const given = runnerFolder === undefined || runnerFolder === '' ? [] : [runnerFolder];
  const writable = given[0] !== undefined && (await isWritable(given[0])) ? given[0] : fallbackFolder;
  // @actions/tool-cache takes the folder from the environment and from nowhere else.
  env[CACHE_VARIABLE] = writable;
  const folders = new Set([...given, writable]);

  return {
    find: async (tool, version, arch) => {
      const entries = [...folders].map((folder) => inCache(folder, () => find(tool, version, arch)));
      return entries.find((entry) => entry !== '');
    },
    versions: async (tool, arch) => [
      ...new Set([...folders].flatMap((folder) => inCache(folder, () => findAllVersions(tool, arch)))),
    ],
    store: (path, fileName, tool, version, arch) => cacheFile(path, fileName, tool, version, arch),
    extract: async (archive, folder) => {
      await (archive.endsWith('.zip') ? extractZip(archive, folder) : extractTar(archive, folder));
    },
    onPath: executableOnPath,
  };
}

/** Nothing else runs in between: what looks into the cache is synchronous. */
function inCache<T>(folder: string, look: () => T): T {
  const before = env[CACHE_VARIABLE];
  env[CACHE_VARIABLE] = folder;
  try {
    return look();
  } finally {
    env[CACHE_VARIABLE] = before;
  }
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function executableOnPath(name: string): Promise<string | undefined> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = platform === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';') : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const path = join(folder, `${name}${ending}`);
      if (await isExecutable(path)) {
        return path;
      }
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
