import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { merge } from '../../../scripts/checksums/merge.ts';
import { DEFAULT_BUILDX_VERSION, DEFAULT_HELM_VERSION } from '../../../src/tools/resolve.ts';
import { isJsonObject, valueAt } from '../../../src/values/json.ts';
import { listen } from './local-site.ts';
import { sha256 } from './workbench.ts';

const SCRIPT = join(import.meta.dirname, '../../../scripts/refresh-checksums.ts');
const KUBECTL = '/release/v1.37.2/bin/linux/amd64/kubectl';
const BUILDX = `/${DEFAULT_BUILDX_VERSION}/buildx-${DEFAULT_BUILDX_VERSION}.linux-amd64`;
const HELM = `/helm-${DEFAULT_HELM_VERSION}-linux-arm64.tar.gz`;
const sha512 = (text: string): string => createHash('sha512').update(text).digest('hex');

/** What the public sites have: three minors of kubectl of which one has a file for linux-amd64, a buildx and a helm. */
const SITE: Readonly<Record<string, string>> = {
  '/release/stable.txt': 'v1.37.2\n',
  '/release/stable-1.37.txt': 'v1.37.2',
  '/release/stable-1.36.txt': 'v1.36.9',
  '/release/stable-1.35.txt': 'v1.35.12',
  [KUBECTL]: 'kubectl 37',
  [`${KUBECTL}.sha256`]: sha256('kubectl 37'),
  [`${KUBECTL}.sha512`]: `${sha512('kubectl 37')}\n`,
  [BUILDX]: 'buildx',
  [`/${DEFAULT_BUILDX_VERSION}/checksums.txt`]: `${sha256('buildx')} *${BUILDX.split('/')[2]}\n`,
  [HELM]: 'helm',
  [`${HELM}.sha256sum`]: `${sha256('helm')}  ${HELM.slice(1)}\n`,
  [`${HELM}.sha256`]: sha256('helm'),
};

type Run = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly table: unknown;
  readonly asked: readonly string[];
};

/** Runs the real script against a site of this machine. */
async function refresh(t: TestContext, site: Readonly<Record<string, string>>, table: object): Promise<Run> {
  const asked: string[] = [];
  const port = await listen(
    t,
    createServer(({ url = '' }, response) => {
      asked.push(url);
      const body = site[url];
      response.writeHead(body === undefined ? 404 : 200).end(body);
    }),
  );
  const folder = await mkdtemp(join(tmpdir(), 'refresh-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'table.json');
  await writeFile(path, JSON.stringify(table));
  const tools = ['kubectl', 'buildx', 'helm', 'skaffold', 'container-structure-test'];
  const sites = tools.flatMap((tool) => ['--site', `${tool}=http://127.0.0.1:${port}`]);
  const child = spawn(process.execPath, [SCRIPT, '--table', path, ...sites], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.stderr += text.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, ...said, table: JSON.parse(await readFile(path, 'utf8')), asked };
}

test('what is new is added, after the file itself was looked at; what is there stays', async (t) => {
  const old = { kubectl: { 'v1.36.4': { 'linux-amd64': 'a'.repeat(64) } }, buildx: { 'v0.30.0': {} } };
  const { exitCode, stdout, table, asked } = await refresh(t, SITE, old);
  assert.equal(exitCode, 0);
  assert.deepEqual(stdout.trim().split('\n'), [
    `+ kubectl v1.37.2 linux-amd64 ${sha256('kubectl 37')}`,
    `+ buildx ${DEFAULT_BUILDX_VERSION} linux-amd64 ${sha256('buildx')}`,
    `+ helm ${DEFAULT_HELM_VERSION} linux-arm64 ${sha256('helm')}`,
  ]);
  assert.deepEqual(table, {
    kubectl: { 'v1.36.4': { 'linux-amd64': 'a'.repeat(64) }, 'v1.37.2': { 'linux-amd64': sha256('kubectl 37') } },
    buildx: { 'v0.30.0': {}, [DEFAULT_BUILDX_VERSION]: { 'linux-amd64': sha256('buildx') } },
    helm: { [DEFAULT_HELM_VERSION]: { 'linux-arm64': sha256('helm') } },
  });
  assert.ok([KUBECTL, BUILDX, HELM].every((url) => asked.includes(url)));
});

test('the second time nothing is downloaded, and nothing changes', async (t) => {
  const { table } = await refresh(t, SITE, {});
  assert.ok(isJsonObject(table));
  const again = await refresh(t, SITE, table);
  assert.deepEqual(again.table, table);
  assert.equal(again.stdout, 'refresh-checksums: the table is up to date\n');
  assert.equal(again.asked.includes(KUBECTL), false);
});

const PINNED = { kubectl: { 'v1.37.2': { 'linux-amd64': 'b'.repeat(64) } } };

for (const [name, site, table, words] of [
  [
    'a sum is another one than the table has',
    SITE,
    PINNED,
    `kubectl v1.37.2 linux-amd64: the table has ${'b'.repeat(64)}, the site says ${sha256('kubectl 37')}`,
  ],
  [
    'two records of a sum disagree',
    { ...SITE, [`${HELM}.sha256`]: 'c'.repeat(64) },
    {},
    `${HELM}.sha256 says ${'c'.repeat(64)}`,
  ],
  ['the file is another one than its record says', { ...SITE, [BUILDX]: 'evil' }, {}, `has sha256 ${sha256('evil')}`],
  [
    "kubectl's sha512 is of another file",
    { ...SITE, [`${KUBECTL}.sha512`]: sha512('evil') },
    {},
    `${KUBECTL}.sha512 says ${sha512('evil')}`,
  ],
  [
    'the list of versions is a web page',
    { ...SITE, '/release/stable-1.36.txt': '<html>' },
    {},
    'stable-1.36.txt names no version: <html>',
  ],
  [
    'the list names a version of another minor',
    { ...SITE, '/release/stable-1.36.txt': 'v1.20.0' },
    {},
    'stable-1.36.txt names v1.20.0',
  ],
] as const) {
  test(`when ${name}, it fails, says both, and writes nothing`, async (t) => {
    const run = await refresh(t, site, table);
    assert.equal(run.exitCode, 1);
    assert.ok(run.stderr.includes(words), run.stderr);
    assert.deepEqual(run.table, table);
    assert.equal(run.stdout, '');
  });
}

test('a kubectl goes when it is more than six minors older than the newest, and nothing else goes', () => {
  const sums = { 'linux-amd64': 'a'.repeat(64) };
  const table = { kubectl: { 'v1.31.9': sums, 'v1.30.9': sums }, buildx: { 'v0.13.0': sums } };
  const found = [{ tool: 'kubectl', version: 'v1.37.0', sums: [{ platform: 'linux-amd64', sha256: 'b' }] }] as const;
  const merged = merge(table, found);
  assert.deepEqual(Object.keys(valueAt(merged.table, 'kubectl') ?? {}), ['v1.31.9', 'v1.37.0']);
  assert.deepEqual(merged.table.buildx, table.buildx);
  assert.deepEqual(merged.changes, ['+ kubectl v1.37.0 linux-amd64 b', '- kubectl v1.30.9']);
});
