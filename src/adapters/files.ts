import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { glob } from 'tinyglobby';
import type { EntryKind, Files } from '../ports.ts';

export function createFiles(): Files {
  return {
    kindOf,
    readText: async (path) => readFile(path, 'utf8'),
    readBytes: async (path) => readFile(path),
    writePrivate: async (path, text) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // The mode counts for new files only.
      await rm(path, { force: true });
      await writeFile(path, text, { mode: 0o600 });
    },
    glob: async (pattern, folder) => (await glob(pattern, { cwd: folder, absolute: true, dot: false })).toSorted(),
    sha256: async (path) => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      return hash.digest('hex');
    },
    makeExecutable: async (path) => chmod(path, 0o755),
    remove: async (path) => rm(path, { recursive: true, force: true }),
  };
}

async function kindOf(path: string): Promise<EntryKind> {
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isDirectory() === true) {
    return 'directory';
  }
  return entry?.isFile() === true ? 'file' : 'missing';
}
