import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { installBuildx } from '../../../src/tools/buildx.ts';
import { installHelm } from '../../../src/tools/helm.ts';
import { installRelease } from '../../../src/tools/install.ts';
import { installKubectl } from '../../../src/tools/kubectl.ts';
import { platformOf } from '../../../src/tools/platform.ts';
import { releaseOf, type Release } from '../../../src/tools/releases.ts';
import type { ToolChecksum } from '../../../src/values/tool-checksum.ts';
import { sha256, wish, workbench, type Workbench } from './workbench.ts';

const SERVER = { major: 1, minor: 34 };

const helm = (version: string): Release => releaseOf('helm', version, platformOf('linux', 'x64'), undefined);

/** Puts a tool into the tool cache as somebody would who prepares a runner. */
async function seed({ cache }: Workbench, tool: string, version: string, sum?: string): Promise<string> {
  const path = join(cache.folderOf(tool, version, 'amd64'), tool);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, version, { mode: 0o755 });
  await writeFile(`${path}.sha256`, `${sum ?? sha256(version)}\n`);
  return path;
}

/** A runner without a network that has these in its tool cache. */
async function airGapped(t: TestContext, tool: string, versions: readonly string[]): Promise<Workbench> {
  const bench = await workbench(t);
  for (const version of versions) {
    await seed(bench, tool, version);
  }
  return bench;
}

for (const [name, wished, versions, expected] of [
  [
    'auto takes the newest within one minor of the server',
    'auto',
    ['v1.32.9', 'v1.34.9', 'v1.34.10', 'v1.36.0'],
    'v1.34.10',
  ],
  ['auto takes one a minor newer when it is newest', 'auto', ['v1.34.10', 'v1.35.1'], 'v1.35.1'],
  ['a minor takes its newest patch', '1.34', ['v1.34.9', 'v1.34.10', 'v1.35.1'], 'v1.34.10'],
  ['an exact version takes that very version', '1.34.9', ['v1.34.9', 'v1.34.10'], 'v1.34.9'],
] as const) {
  test(`preinstalled: kubectl ${name}, and nobody is asked`, async (t) => {
    const bench = await airGapped(t, 'kubectl', versions);
    const plan = bench.plan({ kubectl: wish(wished), isPreinstalledOnly: true });
    const installed = await installKubectl(plan, SERVER, undefined, bench.ports);
    assert.deepEqual(
      [installed.version, installed.source, installed.checkedAgainst],
      [expected, 'cache', 'tool-cache'],
    );
    assert.deepEqual(bench.site.urls, []);
  });
}

test('preinstalled: kubectl on PATH comes before the tool cache', async (t) => {
  const bench = await airGapped(t, 'kubectl', ['v1.34.9']);
  const plan = bench.plan({ isPreinstalledOnly: true });
  const found = { path: '/usr/bin/kubectl', version: 'v1.33.1' };
  assert.equal((await installKubectl(plan, SERVER, found, bench.ports)).path, '/usr/bin/kubectl');
});

test('preinstalled: a kubectl that is not there is an error that says where was looked and how to put it there', async (t) => {
  const bench = await airGapped(t, 'kubectl', ['v1.30.1', 'v1.31.2']);
  const plan = bench.plan({ isPreinstalledOnly: true });
  await assert.rejects(installKubectl(plan, SERVER, { path: '/usr/bin/kubectl', version: 'v1.20.0' }, bench.ports), {
    code: 'tool-unavailable',
    message:
      'kubectl within one minor of 1.34 is not on this runner: none on PATH that fits, and in the tool cache v1.31.2, v1.30.1 for amd64.',
    hint: /Put kubectl on PATH, or into the tool cache as kubectl\/<version>\/amd64\/kubectl/,
  });
  assert.deepEqual(bench.site.urls, []);
});

test('preinstalled: a kubectl of the tool cache with other bytes is passed over for an older one that is right', async (t) => {
  const bench = await airGapped(t, 'kubectl', ['v1.34.9']);
  await seed(bench, 'kubectl', 'v1.34.10', 'f'.repeat(64));
  const installed = await installKubectl(bench.plan({ isPreinstalledOnly: true }), SERVER, undefined, bench.ports);
  assert.equal(installed.version, 'v1.34.9');
  assert.match(JSON.stringify(bench.happenings), /v1\.34\.10 in the tool cache .+ it is as good as none/);
});

test("preinstalled: the user's sums count for the tool cache", async (t) => {
  const bench = await airGapped(t, 'kubectl', ['v1.34.9']);
  const sum = { tool: 'kubectl', version: 'v1.34.9', platform: 'linux-amd64', sha256: sha256('v1.34.9') } as const;
  const install = async (checksum: ToolChecksum): Promise<string | undefined> => {
    const plan = bench.plan({ isPreinstalledOnly: true, checksums: [checksum] });
    return (await installKubectl(plan, SERVER, undefined, bench.ports)).checkedAgainst;
  };
  assert.equal(await install(sum), 'input');
  assert.equal(await install({ ...sum, platform: 'linux-arm64' }), 'tool-cache');
  await assert.rejects(install({ ...sum, sha256: 'f'.repeat(64) }), { code: 'tool-unavailable' });
});

test('preinstalled: buildx takes the newest usable one of the tool cache', async (t) => {
  const bench = await airGapped(t, 'buildx', ['v0.21.3', 'v0.30.1', 'v0.9.0']);
  const installed = await installBuildx(bench.plan({ isPreinstalledOnly: true }), [], bench.ports);
  assert.deepEqual([installed.version, installed.source], ['v0.30.1', 'cache']);
});

test('preinstalled: a buildx that is not there is an error, and nothing is downloaded', async (t) => {
  const bench = await airGapped(t, 'buildx', []);
  await assert.rejects(installBuildx(bench.plan({ isPreinstalledOnly: true }), [], bench.ports), {
    code: 'tool-unavailable',
    message:
      'buildx v0.22.0 or newer is not on this runner: none on PATH that fits, and in the tool cache none for amd64.',
  });
  assert.deepEqual(bench.site.urls, []);
});

for (const [name, wished, versions, expected] of [
  ['auto takes the newest usable one', 'auto', ['v3.7.2', 'v3.20.1', 'v3.21.9', 'v5.0.0'], 'v3.21.9'],
  ['auto takes a helm 4', 'auto', ['v3.21.9', 'v4.0.1'], 'v4.0.1'],
  ['an exact version takes that very version', 'v3.20.1', ['v3.20.1', 'v3.21.9'], 'v3.20.1'],
] as const) {
  test(`preinstalled: helm ${name} of the tool cache, and nobody is asked`, async (t) => {
    const bench = await airGapped(t, 'helm', versions);
    const installed = await installHelm(bench.plan({ helm: wish(wished), isPreinstalledOnly: true }), bench.ports);
    assert.deepEqual([installed.version, installed.source], [expected, 'cache']);
    assert.deepEqual(bench.site.urls, []);
  });
}

test('preinstalled: a helm that is not there is an error, and nothing is downloaded', async (t) => {
  const bench = await airGapped(t, 'helm', ['v3.7.2']);
  await assert.rejects(installHelm(bench.plan({ isPreinstalledOnly: true }), bench.ports), {
    code: 'tool-unavailable',
    message:
      'helm v3.8.0 or newer is not on this runner: none on PATH that fits, and in the tool cache v3.7.2 for amd64.',
  });
  assert.deepEqual(bench.site.urls, []);
});

test('preinstalled: any other tool comes from the tool cache or not at all', async (t) => {
  const bench = await airGapped(t, 'helm', ['v3.21.9']);
  const plan = bench.plan({ isPreinstalledOnly: true });
  assert.equal((await installRelease(helm('v3.21.9'), undefined, plan, bench.ports)).source, 'cache');
  await assert.rejects(installRelease(helm('v3.21.8'), undefined, plan, bench.ports), {
    code: 'tool-unavailable',
    message: 'helm v3.21.8 is not on this runner: none on PATH that fits, and in the tool cache v3.21.9 for amd64.',
  });
  assert.deepEqual(bench.site.urls, []);
});

test('auto: without an answer of the site, buildx comes from the tool cache, and that is said', async (t) => {
  const bench = await airGapped(t, 'buildx', ['v0.30.1']);
  assert.equal((await installBuildx(bench.plan({}), [], bench.ports)).version, 'v0.30.1');
  assert.match(JSON.stringify(bench.happenings.at(-1)), /answered 404\. buildx v0\.30\.1 of the tool cache is used/);
});

test('auto: without an answer of the site, kubectl of that minor comes from the tool cache', async (t) => {
  const bench = await airGapped(t, 'kubectl', ['v1.34.9', 'v1.34.7', 'v1.35.1']);
  assert.equal((await installKubectl(bench.plan({}), SERVER, undefined, bench.ports)).version, 'v1.34.9');
});

test('exact: another version of the tool cache is never taken instead', async (t) => {
  const bench = await airGapped(t, 'buildx', ['v0.30.1']);
  const plan = bench.plan({ buildx: wish('0.35.0') });
  await assert.rejects(installBuildx(plan, [], bench.ports), { code: 'tool-unavailable' });
});

test("where signatures are required, the runner's own kubectl is used all the same, and that is said", async (t) => {
  const bench = await airGapped(t, 'kubectl', []);
  const found = { path: '/usr/bin/kubectl', version: 'v1.34.1' };
  const installed = await installKubectl(bench.plan({ signatures: 'required' }), SERVER, found, bench.ports);
  assert.equal(installed.path, '/usr/bin/kubectl');
  assert.match(JSON.stringify(bench.happenings), /is the runner's own: its signature is not checked/);
});

test('where signatures are required, a tool of the tool cache without one is as good as none', async (t) => {
  const bench = await airGapped(t, 'kubectl', ['v1.34.9']);
  const plan = bench.plan({ isPreinstalledOnly: true, signatures: 'required' });
  await assert.rejects(installKubectl(plan, SERVER, undefined, bench.ports), { code: 'tool-unavailable' });
});
