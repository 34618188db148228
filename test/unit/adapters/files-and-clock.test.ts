import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { createCancellation } from '../../../src/adapters/cancellation.ts';
import { createClock } from '../../../src/adapters/clock.ts';
import { createFiles } from '../../../src/adapters/files.ts';
import { failureOfWork } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const files = createFiles();
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('a private file is for the owner only, and so is a folder that is made for it', async (t) => {
  const path = join(await temporaryFolder(t), 'private/deep/kubeconfig');
  await files.writePrivate(path, 's3cret');
  assert.deepEqual([await modeOf(path), await modeOf(join(path, '..'))], ['600', '700']);
  assert.equal(await readFile(path, 'utf8'), 's3cret');
});

test('a file that others may read becomes private before a secret is in it', async (t) => {
  const path = join(await temporaryFolder(t), 'kubeconfig');
  await writeFile(path, 'old', { mode: 0o644 });
  await files.writePrivate(path, 's3cret');
  assert.equal(await modeOf(path), '600');
});

test('file, folder and nothing are told apart', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a'), '');
  assert.deepEqual(
    await Promise.all(
      [folder, join(folder, 'a'), join(folder, 'b'), join(folder, 'a/b')].map(async (path) => files.kindOf(path)),
    ),
    ['directory', 'file', 'missing', 'missing'],
  );
});

test('globs find files, sorted, without hidden ones', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ['b.yaml', 'a.yml', 'sub/c.yaml', '.hidden.yaml', 'readme.md']) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), '');
  }
  const found = async (pattern: string) => (await files.glob(pattern, folder)).map((path) => relative(folder, path));
  assert.deepEqual(await found('*.{yaml,yml}'), ['a.yml', 'b.yaml']);
  assert.deepEqual(await found('**/*.yaml'), ['b.yaml', 'sub/c.yaml']);
  assert.deepEqual(await found('gone/*'), []);
});

test('sums, modes and removal', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'tool');
  await writeFile(path, 'abc');
  assert.equal(await files.sha256(path), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  await files.makeExecutable(path);
  assert.equal(await modeOf(path), '755');
  await files.remove(folder);
  await files.remove(folder);
  assert.equal(await files.kindOf(folder), 'missing');
});

test('a sleep ends at once with a cancellation', async () => {
  const cancellation = createCancellation();
  const sleeping = createClock(cancellation).sleep(60_000);
  cancellation.cancel('SIGTERM');
  assert.equal((await failureOfWork(() => sleeping)).code, 'cancelled');
});

test('a sleep that is woken ends without a complaint, also when it was woken before', async () => {
  const clock = createClock(createCancellation());
  const wake = new AbortController();
  const sleeping = clock.sleep(60_000, wake.signal);
  wake.abort();
  await sleeping;
  await clock.sleep(60_000, wake.signal);
});

test('time goes on, and the dice are between 0 and 1', async () => {
  const clock = createClock(createCancellation());
  const before = clock.now();
  await clock.sleep(2);
  assert.ok(clock.now() >= before);
  const elapsed = clock.elapsed();
  await clock.sleep(2);
  assert.ok(clock.elapsed() > elapsed);
  const dice = clock.random();
  assert.ok(dice >= 0 && dice < 1);
});

test('a cancellation is remembered with the name of its signal', async () => {
  const cancellation = createCancellation();
  cancellation.assertNotCancelled();
  cancellation.cancel('SIGINT');
  const failure = await failureOfWork(() => cancellation.assertNotCancelled());
  assert.deepEqual([failure.code, failure.message], ['cancelled', 'The run was cancelled (SIGINT)']);
});
