import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { isAncestorHere } from '../../../src/order/local-history.ts';
import type { CommandResult, Exec } from '../../../src/ports.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { GIT_ENV } from '../../support/history.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const execute = promisify(execFile);

/** The real git. `foreign`: it believes that the files are of another user, as in a container. */
function realGit(foreign = false): Exec {
  const run = async ({ tool, args, env }: Parameters<Exec['run']>[0]): Promise<CommandResult> => {
    const more = foreign ? { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' } : {};
    try {
      const { stdout, stderr } = await execute(tool, [...args], { env: { ...GIT_ENV, ...env, ...more } });
      return { exitCode: 0, stdout, stderr, timedOut: false };
    } catch (error) {
      const exitCode = error instanceof Error && 'code' in error ? Number(error.code) : 1;
      return { exitCode, stdout: '', stderr: String(error), timedOut: false };
    }
  };
  return fakePorts({ exec: { run } }).exec;
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await realGit().run({ tool: 'git', args: ['-C', folder, ...args] });
  assert.equal(exitCode, 0, stderr);
  return stdout.trim();
}

type History = { readonly folder: string; readonly first: string; readonly second: string; readonly side: string };

/** first ← second, and first ← side */
async function history(t: TestContext): Promise<History> {
  const folder = join(await temporaryFolder(t), 'shop');
  await execute('git', ['init', '--quiet', '--initial-branch=main', folder], { env: GIT_ENV });
  const commit = async (message: string): Promise<string> => {
    await git(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
    return git(folder, 'rev-parse', 'HEAD');
  };
  const first = await commit('first');
  const second = await commit('second');
  await git(folder, 'checkout', '--quiet', '-b', 'side', first);
  return { folder, first, second, side: await commit('side') };
}

let hasGit = true;
before(async () => {
  hasGit = await execute('git', ['--version']).then(
    () => true,
    () => false,
  );
});

test('a whole history knows who is older', async (t) => {
  if (!hasGit) {
    t.skip('no git here');
    return;
  }
  const { folder, first, second, side } = await history(t);
  assert.equal(await isAncestorHere(first, second, folder, realGit()), true);
  assert.equal(await isAncestorHere(second, first, folder, realGit()), false);
  assert.equal(await isAncestorHere(second, side, folder, realGit()), false);
  assert.equal(await isAncestorHere(first, 'f'.repeat(40), folder, realGit()), undefined);
});

test('files that belong to another user do not keep git from answering', async (t) => {
  if (!hasGit) {
    t.skip('no git here');
    return;
  }
  const { folder, first, second } = await history(t);
  const refused = await realGit(true).run({ tool: 'git', args: ['-C', folder, 'rev-parse', 'HEAD'] });
  assert.match(refused.stderr, /dubious ownership/);
  assert.equal(await isAncestorHere(first, second, folder, realGit(true)), true);
});

test('a shallow clone with both commits does not know that there is no way between them', async (t) => {
  if (!hasGit) {
    t.skip('no git here');
    return;
  }
  const { folder, first, second, side } = await history(t);
  const clone = join(folder, '..', 'clone');
  await execute('git', ['clone', '--quiet', '--depth=1', '--no-single-branch', `file://${folder}`, clone], {
    env: GIT_ENV,
  });
  await git(clone, 'cat-file', '-e', second);
  await git(clone, 'cat-file', '-e', side);
  assert.equal(await isAncestorHere(second, side, clone, realGit()), undefined);
  assert.equal(await isAncestorHere(first, second, clone, realGit()), undefined);
});

test('a folder that is no repository does not know', async (t) => {
  if (!hasGit) {
    t.skip('no git here');
    return;
  }
  const folder = await temporaryFolder(t);
  assert.equal(await isAncestorHere('a'.repeat(40), 'b'.repeat(40), folder, realGit()), undefined);
});
