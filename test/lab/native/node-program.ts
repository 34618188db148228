import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

/** A copy of this Node in the cache: the one in node_modules vanishes whenever packages are installed anew. */
export async function nodeProgram(): Promise<string> {
  const folder = join(cacheFolder(), 'bin');
  const path = join(folder, `node-${process.version}-${process.arch}`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `.node.${process.pid}`);
  await copyFile(process.execPath, unfinished);
  await rename(unfinished, path);
  return path;
}
