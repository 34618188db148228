import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { test, type TestContext } from 'node:test';
import { runnerToolCache } from '../../../src/adapters/tool-cache.ts';

/** A folder for this test; the environment is put back afterwards. */
async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tool-cache-'));
  const { PATH, RUNNER_TOOL_CACHE } = env;
  t.after(async () => {
    await rm(folder, { recursive: true, force: true });
    env['PATH'] = PATH;
    if (RUNNER_TOOL_CACHE === undefined) {
      delete env['RUNNER_TOOL_CACHE'];
    } else {
      env['RUNNER_TOOL_CACHE'] = RUNNER_TOOL_CACHE;
    }
  });
  await writeFile(join(folder, 'downloaded'), 'tool', { mode: 0o755 });
  return folder;
}

test("what is stored is found again, in the runner's tool cache", async (t) => {
  const folder = await freshFolder(t);
  env['RUNNER_TOOL_CACHE'] = join(folder, 'runner');
  const cache = await runnerToolCache(join(folder, 'fallback'));
  assert.equal(await cache.find('kubectl', 'v1.34.4', 'amd64'), undefined);
  const stored = await cache.store(join(folder, 'downloaded'), 'kubectl', 'kubectl', 'v1.34.4', 'amd64');
  assert.equal(stored, join(folder, 'runner', 'kubectl', '1.34.4', 'amd64'));
  assert.equal(await cache.find('kubectl', 'v1.34.4', 'amd64'), stored);
  assert.equal(await cache.find('kubectl', 'v1.34.5', 'amd64'), undefined);
  assert.equal(await readFile(join(stored, 'kubectl'), 'utf8'), 'tool');
});

test('every version of a tool that is complete is listed, in the fallback folder too', async (t) => {
  const folder = await freshFolder(t);
  const runner = join(folder, 'runner');
  for (const [root, version] of [
    [runner, '1.34.4'],
    [join(folder, 'fallback'), '1.35.1'],
  ] as const) {
    env['RUNNER_TOOL_CACHE'] = root;
    const cache = await runnerToolCache(root);
    await cache.store(join(folder, 'downloaded'), 'kubectl', 'kubectl', version, 'amd64');
  }
  await mkdir(join(runner, 'kubectl', '1.34.5', 'amd64'), { recursive: true });
  env['RUNNER_TOOL_CACHE'] = join(folder, 'fallback');
  const cache = await runnerToolCache(join(folder, 'other'));
  assert.deepEqual(await cache.versions('kubectl', 'amd64'), ['1.35.1']);
  env['RUNNER_TOOL_CACHE'] = runner;
  assert.deepEqual(await (await runnerToolCache(runner)).versions('kubectl', 'amd64'), ['1.34.4']);
  assert.deepEqual(await cache.versions('helm', 'amd64'), []);
});

for (const [name, unusable] of [
  ['missing', undefined],
  ['empty', ''],
  ['below a file', 'downloaded/cache'],
] as const) {
  test(`with RUNNER_TOOL_CACHE ${name} tools are kept in the fallback folder`, async (t) => {
    const folder = await freshFolder(t);
    delete env['RUNNER_TOOL_CACHE'];
    if (unusable !== undefined) {
      env['RUNNER_TOOL_CACHE'] = unusable === '' ? '' : join(folder, unusable);
    }
    const cache = await runnerToolCache(join(folder, 'fallback'));
    const stored = await cache.store(join(folder, 'downloaded'), 'kubectl', 'kubectl', 'v1.34.4', 'amd64');
    assert.equal(stored, join(folder, 'fallback', 'kubectl', '1.34.4', 'amd64'));
    assert.equal(await cache.find('kubectl', 'v1.34.4', 'amd64'), stored);
  });
}

test('an executable is found on PATH; a plain file and a folder of that name are passed over', async (t) => {
  const folder = await freshFolder(t);
  for (const name of ['plain', 'directory', 'good']) {
    await mkdir(join(folder, name));
  }
  await writeFile(join(folder, 'plain', 'kubectl'), '', { mode: 0o644 });
  await mkdir(join(folder, 'directory', 'kubectl'));
  await writeFile(join(folder, 'good', 'kubectl'), '');
  await chmod(join(folder, 'good', 'kubectl'), 0o755);
  env['PATH'] = ['', 'plain', 'directory', 'missing', 'good'].map((name) => name && join(folder, name)).join(delimiter);
  const cache = await runnerToolCache(join(folder, 'fallback'));
  assert.equal(await cache.onPath('kubectl'), join(folder, 'good', 'kubectl'));
  assert.equal(await cache.onPath('buildx'), undefined);
});

test('an archive is unpacked into a folder that did not exist, and stays where it is', async (t) => {
  const folder = await freshFolder(t);
  await mkdir(join(folder, 'linux-amd64'));
  await writeFile(join(folder, 'linux-amd64', 'helm'), 'helm', { mode: 0o755 });
  execFileSync('tar', ['czf', 'helm.tar.gz', 'linux-amd64'], { cwd: folder });
  const cache = await runnerToolCache(join(folder, 'fallback'));
  await cache.extract(join(folder, 'helm.tar.gz'), join(folder, 'new', 'unpacked'));
  assert.equal(await readFile(join(folder, 'new', 'unpacked', 'linux-amd64', 'helm'), 'utf8'), 'helm');
});

test('a broken archive is an error', async (t) => {
  const folder = await freshFolder(t);
  const cache = await runnerToolCache(join(folder, 'fallback'));
  await assert.rejects(cache.extract(join(folder, 'downloaded'), join(folder, 'unpacked')));
});
