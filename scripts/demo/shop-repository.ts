import { cp, readFile, writeFile } from 'node:fs/promises';
import { run } from '../../test/lab/command.ts';

/** A git repository of the example, as a user has one. */
export async function createShop(example: string, folder: string): Promise<void> {
  await cp(example, folder, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'remote', 'add', 'origin', 'https://github.com/org/shop.git');
}

/** Commits everything and returns the short SHA. */
export async function commitAll(folder: string, message: string): Promise<string> {
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', message);
  return (await git(folder, 'rev-parse', '--short=7', 'HEAD')).trim();
}

export async function replaceInFile(path: string, old: string, replacement: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (!text.includes(old)) throw new Error(`${path} does not contain "${old}" any more: adapt the demo to the example`);
  await writeFile(
    path,
    text.replace(old, () => replacement),
  );
}

export async function prependToFile(path: string, addition: string): Promise<void> {
  await writeFile(path, addition + (await readFile(path, 'utf8')));
}

/** Whatever the user's own git is configured to do (signing, hooks) stays out. */
async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const author = ['-c', 'user.name=Shopkeeper', '-c', 'user.email=shopkeeper@example.com'];
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_DIR: undefined };
  return run(['git', ...author, ...args], { cwd: folder, env });
}
