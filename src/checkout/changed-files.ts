import { join } from 'node:path';
import type { Exec, Ports } from '../ports.ts';
import { git } from './git.ts';

type ContentPorts = { readonly exec: Pick<Exec, 'run'>; readonly sha256: Ports['sha256'] };

/** A repository in a repository in a repository is looked into, not more. */
const DEEPEST = 3;

/** Of names that are no files, such as links to nowhere; each costs a few processes. */
const MOST_REFUSALS = 50;

const FINGERPRINT_DIGITS = 12;

/** What differs from the commit below the paths, by `git status`; undefined when git does not tell. */
export async function changedFiles(
  paths: readonly string[],
  folder: string,
  exec: Pick<Exec, 'run'>,
): Promise<readonly StatusEntry[] | undefined> {
  const words = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=none'];
  const result = await git([...words, '--', ...paths], folder, exec);
  return result?.exitCode === 0 ? entriesOf(result.stdout) : undefined;
}

/** `state` is git's two letters, `path` is relative to the repository. */
export type StatusEntry = { readonly state: string; readonly path: string };

function entriesOf(status: string): readonly StatusEntry[] {
  return status
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => ({ state: entry.slice(0, 2), path: entry.slice(3) }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/**
 * Stands for what differs: names and contents, and the modes of files that git knows. `top` is the folder of the repository.
 */
export async function fingerprintOf(
  entries: readonly StatusEntry[],
  top: string,
  ports: ContentPorts,
  depth = 1,
): Promise<string> {
  const existing = entries.filter(({ state }) => !/^(?:D.|.D)$/.test(state)).map(({ path }) => path);
  const [modes, contents] = await Promise.all([
    git(['diff', '--raw', '-z', '--no-renames', '--no-ext-diff', 'HEAD', '--'], top, ports.exec),
    contentsOf(existing, top, ports, depth),
  ]);
  const known = new Set(entries.map(({ path }) => path));
  const facts = [entries, contents, modesOf(modes?.stdout ?? '').filter(([, path]) => known.has(path))];
  return ports.sha256(JSON.stringify(facts)).slice(0, FINGERPRINT_DIGITS);
}

/** Of ":100644 100755 <old> <new> M\0path\0": the modes and the path. */
function modesOf(raw: string): readonly (readonly [modes: string, path: string])[] {
  return [...raw.matchAll(/:(\d+ \d+) [^\0]*\0([^\0]*)\0/g)].map(([, modes = '', path = '']) => [modes, path]);
}

/** A word for each file's content. What is no plain file, such as another repository, is asked for its own state. */
async function contentsOf(
  paths: readonly string[],
  top: string,
  ports: ContentPorts,
  depth: number,
): Promise<readonly string[]> {
  const contents: string[] = [];
  for (let refusals = 0; contents.length < paths.length && refusals < MOST_REFUSALS; refusals += 1) {
    const rest = paths.slice(contents.length);
    const stdin = rest.map((path) => `${quoted(path)}\n`).join('');
    const result = await git(['hash-object', '--no-filters', '--stdin-paths'], top, ports.exec, stdin);
    if (result === undefined) {
      return contents;
    }
    contents.push(...result.stdout.split('\n').filter((line) => line !== ''));
    const refused = paths[contents.length];
    if (refused !== undefined) {
      contents.push(await stateOfRepository(join(top, refused), ports, depth));
    }
  }
  return contents;
}

async function stateOfRepository(folder: string, ports: ContentPorts, depth: number): Promise<string> {
  const [head, top, entries] = await Promise.all([
    git(['rev-parse', 'HEAD'], folder, ports.exec),
    git(['rev-parse', '--show-toplevel'], folder, ports.exec),
    changedFiles(['.'], folder, ports.exec),
  ]);
  const place = top?.stdout.replace(/\n$/, '') ?? '';
  if (head === undefined || head.exitCode !== 0 || place === '' || entries === undefined || depth === DEEPEST) {
    return 'no file';
  }
  return `${head.stdout.trim()} ${await fingerprintOf(entries, place, ports, depth + 1)}`;
}

/** git reads a name in quotes as a C string; only such names need it. */
function quoted(path: string): string {
  const escaped = path
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
  return /^"|\n/.test(path) ? `"${escaped}"` : path;
}
