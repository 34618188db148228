import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCancellation } from '../../../src/adapters/cancellation.ts';
import { createExec } from '../../../src/adapters/exec.ts';
import { sha256 } from '../../../src/adapters/sha256.ts';
import { readCheckout } from '../../../src/checkout/read.ts';
import { DeployError, type FailureCode } from '../../../src/errors.ts';
import type { Command, CommandResult } from '../../../src/ports.ts';
import type { Checkout } from '../../../src/values/checkout.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const exec = createExec(createCancellation());
const COMMIT_TIME = '2026-01-31T09:30:00.000Z';

type Repository = {
  readonly folder: string;
  readonly head: string;
  /** Writes a file, relative to the repository. */
  readonly write: (path: string, text: string) => void;
  readonly git: (...words: readonly string[]) => string;
  readonly look: (...paths: readonly string[]) => Promise<Checkout>;
};

async function openRepository(t: TestContext): Promise<Repository> {
  const folder = await temporaryFolder(t);
  const git = (...words: readonly string[]): string => gitIn(folder, words);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  git('init', '--quiet');
  write('server/Dockerfile', 'FROM scratch\n');
  write('server/main.js', 'one\n');
  write('docs/readme.md', 'read\n');
  write('.gitignore', 'ignored*\n');
  git('add', '--all');
  git('commit', '--quiet', '--message=one');
  const look: Repository['look'] = (...paths) =>
    readCheckout(
      paths.map((path) => join(folder, path)),
      folder,
      { exec, sha256 },
    );
  return { folder, head: git('rev-parse', 'HEAD').trim(), write, git, look };
}

function gitIn(folder: string, words: readonly string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  const env = { ...process.env, GIT_COMMITTER_DATE: COMMIT_TIME };
  return execFileSync('git', [...who, ...words], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
}

const filesOf = (checkout: Checkout): readonly string[] => (checkout.kind === 'dirty' ? checkout.files : []);
const fingerprintOf = (checkout: Checkout): string => (checkout.kind === 'dirty' ? checkout.fingerprint : '');

test('what is as it was committed is clean, and its commit and date are known', async (t) => {
  const { look, head, write } = await openRepository(t);
  write('ignored.log', 'x');
  write('server/ignored.log', 'x');
  assert.deepEqual(await look('server', 'server/Dockerfile'), { kind: 'clean', head, commitTime: COMMIT_TIME });
});

test('what differs elsewhere does not count', async (t) => {
  const { look, write } = await openRepository(t);
  write('docs/readme.md', 'changed\n');
  write('new.txt', 'x');
  assert.equal((await look('server')).kind, 'clean');
  assert.deepEqual(filesOf(await look('.')), ['docs/readme.md', 'new.txt']);
});

test('changed, staged, deleted and new files are named, and the same changes have the same fingerprint', async (t) => {
  const { look, write, git, folder } = await openRepository(t);
  write('server/new "1"\n.txt', 'x');
  write('server/main.js', 'two\n');
  write('server/staged.js', 'x\n');
  git('add', 'server/staged.js');
  rmSync(join(folder, 'server/Dockerfile'));
  const seen = await look('server');
  assert.deepEqual(filesOf(seen), ['server/Dockerfile', 'server/main.js', 'server/new "1"\n.txt', 'server/staged.js']);
  assert.match(fingerprintOf(seen), /^[0-9a-f]{12}$/);
  assert.deepEqual(await look('server'), seen);
});

const CHANGES: readonly (readonly [says: string, change: (repository: Repository) => void])[] = [
  ['another content', ({ write }) => write('server/main.js', 'three\n')],
  [
    'a content of other bytes',
    ({ folder }) => writeFileSync(join(folder, 'server/main.js'), Buffer.from([0xff, 0x0a])),
  ],
  ['another byte of those', ({ folder }) => writeFileSync(join(folder, 'server/main.js'), Buffer.from([0xfe, 0x0a]))],
  [
    'the same that can be run',
    ({ write, folder }) => {
      write('server/main.js', 'three\n');
      chmodSync(join(folder, 'server/main.js'), 0o755);
    },
  ],
  ['the first that can be run', ({ folder }) => chmodSync(join(folder, 'server/main.js'), 0o755)],
  ['no file', ({ folder }) => rmSync(join(folder, 'server/main.js'))],
  ['a new file', ({ write }) => write('server/x', '')],
  ['a new file of that name elsewhere', ({ write }) => write('server/y/x', '')],
  ['the new file with a content', ({ write }) => write('server/x', 'x')],
  ['the new file with line ends of Windows', ({ write }) => write('server/x', 'x\r\n')],
  ['the new file with line ends of Unix', ({ write }) => write('server/x', 'x\n')],
  ['a name of two lines', ({ write }) => write('server/a\n"b', '1')],
  ['a name of two lines with another content', ({ write }) => write('server/a\n"b', '2')],
  ['a link to nowhere', ({ folder }) => symlinkSync('nowhere', join(folder, 'server/link'))],
];

test('other changes have other fingerprints', async (t) => {
  const repository = await openRepository(t);
  repository.git('config', 'core.autocrlf', 'input');
  const seen = new Map<string, string>();
  for (const [says, change] of CHANGES) {
    change(repository);
    const fingerprint = fingerprintOf(await repository.look('server'));
    assert.equal(seen.get(fingerprint), undefined, says);
    assert.match(fingerprint, /^[0-9a-f]{12}$/, says);
    seen.set(fingerprint, says);
    repository.git('checkout', '--quiet', '.');
    repository.git('clean', '--quiet', '-fd');
    assert.equal((await repository.look('server')).kind, 'clean', says);
  }
});

test('a repository in the repository counts with all that is in it', async (t) => {
  const { look, write, folder } = await openRepository(t);
  write('server/lib/a.js', '1');
  gitIn(join(folder, 'server/lib'), ['init', '--quiet']);
  gitIn(join(folder, 'server/lib'), ['add', '--all']);
  gitIn(join(folder, 'server/lib'), ['commit', '--quiet', '--message=lib']);
  const committed = await look('server');
  assert.deepEqual(filesOf(committed), ['server/lib/']);
  write('server/lib/a.js', '2');
  const changed = await look('server');
  gitIn(join(folder, 'server/lib'), ['commit', '--quiet', '--all', '--message=two']);
  const next = await look('server');
  assert.equal(new Set([committed, changed, next].map(fingerprintOf)).size, 3);
});

test('a link to the folder that it is in is looked at, and not for ever', async (t) => {
  const { look, folder } = await openRepository(t);
  symlinkSync('.', join(folder, 'server/self'));
  assert.deepEqual(filesOf(await look('server')), ['server/self']);
});

test('names are no patterns', async (t) => {
  const { look, write } = await openRepository(t);
  write('[a]*/x', 'x');
  assert.deepEqual(filesOf(await look('[a]*')), ['[a]*/x']);
  write('docs/new', 'x');
  assert.equal((await look('d*')).kind, 'clean');
});

test('nothing is written into the repository', async (t) => {
  const { look, write, git, folder } = await openRepository(t);
  write('server/main.js', 'two\n');
  write('server/new', 'x');
  const before =
    gitIn(folder, ['count-objects', '-v']) + execFileSync('find', ['.git', '-newer', 'server/new'], { cwd: folder });
  await look('server');
  assert.equal(
    gitIn(folder, ['count-objects', '-v']) + execFileSync('find', ['.git', '-newer', 'server/new'], { cwd: folder }),
    before,
  );
  assert.equal(git('diff', '--cached', '--name-only'), '');
});

test('where git refuses because of the owner, it is asked all the same', async (t) => {
  const { look, git, folder } = await openRepository(t);
  process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
  t.after(() => delete process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER']);
  assert.throws(() => git('status'), /dubious ownership/);
  assert.equal((await look('server')).kind, 'clean', folder);
});

const ask = async (command: Command): Promise<CommandResult> => exec.run(command);

const failing = (code: FailureCode) => async (): Promise<CommandResult> => {
  throw new DeployError(code, 'not this time');
};

const unknown = async (folder: string, path: string, run: typeof ask = ask): Promise<string> => {
  const checkout = await readCheckout([path], folder, { exec: { run }, sha256 });
  return checkout.kind === 'unknown' ? checkout.why : checkout.kind;
};

test('without a repository, a commit, or git, nothing is known', async (t) => {
  const folder = await temporaryFolder(t);
  assert.match(await unknown(folder, folder), /not a git repository/);
  gitIn(folder, ['init', '--quiet']);
  assert.match(await unknown(folder, folder), /bad revision 'HEAD'/);
  assert.equal(await unknown(folder, folder, failing('tool-unavailable')), 'there is no git, or it does not answer');
});

test('what is outside of the workspace is not known', async (t) => {
  const { folder } = await openRepository(t);
  assert.equal(await unknown(folder, dirname(folder)), 'what is built from is not in the workspace');
  assert.equal(await unknown(join(folder, 'server'), folder), 'what is built from is not in the workspace');
});

test('a cancelled run is not taken for one without git', async (t) => {
  const { folder } = await openRepository(t);
  await assert.rejects(unknown(folder, folder, failing('cancelled')), { code: 'cancelled' });
});

test('a clean tree costs two processes, a changed one three more', async (t) => {
  const { folder, write } = await openRepository(t);
  const commands: Command[] = [];
  const run = async (command: Command): Promise<CommandResult> => {
    commands.push(command);
    return exec.run(command);
  };
  await readCheckout([folder], folder, { exec: { run }, sha256 });
  assert.equal(commands.length, 2);
  for (let index = 0; index < 200; index += 1) {
    write(`new/${index}`, String(index));
  }
  await readCheckout([folder], folder, { exec: { run }, sha256 });
  assert.equal(commands.length, 2 + 5);
});

test('a workspace that is a folder of the repository', async (t) => {
  const { folder, write } = await openRepository(t);
  write('server/new', 'x');
  renameSync(join(folder, 'docs'), join(folder, 'papers'));
  const checkout = await readCheckout([join(folder, 'server')], join(folder, 'server'), { exec, sha256 });
  assert.deepEqual(filesOf(checkout), ['server/new']);
});
