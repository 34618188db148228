import { matchesGlob, relative, resolve } from 'node:path';
import type { EntryKind, Files } from '../../src/ports.ts';

/** Files that exist in memory only: absolute path to text. Folders are there as soon as a file is in them. */
export function memoryFiles(texts: Readonly<Record<string, string>>): Files {
  const contents = new Map(Object.entries(texts));

  function kindOf(path: string): EntryKind {
    if (contents.has(path)) {
      return 'file';
    }
    return [...contents.keys()].some((file) => file.startsWith(`${path}/`)) ? 'directory' : 'missing';
  }

  function textOf(path: string): string {
    const text = contents.get(path);
    if (text === undefined) {
      throw new Error(`ENOENT: no such file, open '${path}'`);
    }
    return text;
  }

  return {
    kindOf: (path) => Promise.resolve(kindOf(path)),
    readText: async (path) => Promise.resolve(textOf(path)),
    readBytes: async (path) => Promise.resolve(Buffer.from(textOf(path))),
    writePrivate: async (path, text) => {
      contents.set(path, text);
      return Promise.resolve();
    },
    glob: async (pattern, folder) =>
      Promise.resolve([...contents.keys()].filter((path) => matchesPattern(path, pattern, folder)).toSorted()),
    sha256: async (path) => {
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(textOf(path)));
      return Buffer.from(digest).toString('hex');
    },
    makeExecutable: async (path) => {
      textOf(path);
      return Promise.resolve();
    },
    remove: async (path) => {
      for (const file of contents.keys()) {
        if (file === path || file.startsWith(`${path}/`)) {
          contents.delete(file);
        }
      }
      return Promise.resolve();
    },
  };
}

function matchesPattern(path: string, pattern: string, folder: string): boolean {
  const isHidden = relative(folder, path)
    .split('/')
    .some((part) => part.startsWith('.') && part !== '..');
  return (
    (!isHidden || pattern.includes('/.') || pattern.startsWith('.')) && matchesGlob(path, resolve(folder, pattern))
  );
}
