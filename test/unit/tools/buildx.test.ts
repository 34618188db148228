import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { installBuildx, pluginFolders } from '../../../src/tools/buildx.ts';
import { sha256, wish, workbench, type Workbench } from './workbench.ts';

const SITE = 'https://github.com/docker/buildx/releases/download';

type Runner = Workbench & { readonly plugins: string };

/** A runner with an empty plugin folder, and a site with buildx v0.35.0. */
async function runner(t: TestContext): Promise<Runner> {
  const bench = await workbench(t);
  bench.site.publish(`${SITE}/v0.35.0/buildx-v0.35.0.linux-amd64`, 'buildx 35');
  bench.site.publish(`${SITE}/v0.35.0/checksums.txt`, `${sha256('buildx 35')} *buildx-v0.35.0.linux-amd64\n`);
  return { ...bench, plugins: join(bench.folder, 'cli-plugins') };
}

async function addPlugin({ plugins, printed }: Runner, version: string): Promise<string> {
  const path = join(plugins, 'docker-buildx');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '', { mode: 0o755 });
  printed.set(path, version);
  return path;
}

for (const [printed, version] of [
  ['github.com/docker/buildx v0.36.1 1d8dde89b8aba914e05e45366770736fea1fd690\n', 'v0.36.1'],
  ['github.com/docker/buildx v0.22.0 abc\n', 'v0.22.0'],
  ['github.com/docker/buildx 0.22.1 0.22.1-0ubuntu1\n', 'v0.22.1'],
  ['github.com/docker/buildx v0.29.1-desktop.1 abc\n', 'v0.29.1-desktop.1'],
] as const) {
  test(`auto: the plugin of the runner is used when it is ${version}`, async (t) => {
    const bench = await runner(t);
    const path = await addPlugin(bench, printed);
    assert.deepEqual(await installBuildx(bench.plan({}), [bench.plugins], bench.ports), {
      tool: 'buildx',
      version,
      path,
      source: 'preinstalled',
      checkedAgainst: undefined,
    });
    assert.deepEqual(bench.site.urls, []);
  });
}

for (const [name, printed] of [
  ['is older than 0.22', 'github.com/docker/buildx v0.21.3 abc\n'],
  ['was built without a version', 'github.com/docker/buildx v0.0.0+unknown\n'],
  ['is no buildx', 'hello\n'],
] as const) {
  test(`auto: a plugin that ${name} is not used; the default version is wanted from the site`, async (t) => {
    const bench = await runner(t);
    await addPlugin(bench, printed);
    await assert.rejects(installBuildx(bench.plan({}), [bench.plugins], bench.ports), { code: 'tool-unavailable' });
    assert.deepEqual(bench.site.urls, [`${SITE}/v0.36.1/buildx-v0.36.1.linux-amd64`]);
  });
}

for (const name of ['buildx', 'docker-buildx']) {
  test(`auto: ${name} on PATH comes before the plugins`, async (t) => {
    const bench = await runner(t);
    await addPlugin(bench, 'github.com/docker/buildx v0.30.0 abc');
    bench.cache.putOnPath(name, '/opt/buildx');
    bench.printed.set('/opt/buildx', 'github.com/docker/buildx v0.36.1 abc');
    const installed = await installBuildx(bench.plan({}), [bench.plugins], bench.ports);
    assert.equal(installed.path, '/opt/buildx');
  });
}

test('exact: that very version of the runner is used', async (t) => {
  const bench = await runner(t);
  const path = await addPlugin(bench, 'github.com/docker/buildx v0.35.0 abc');
  const installed = await installBuildx(bench.plan({ buildx: wish('0.35.0') }), [bench.plugins], bench.ports);
  assert.equal(installed.path, path);
});

test('exact: another version of the runner is left alone, the wanted one is downloaded and verified', async (t) => {
  const bench = await runner(t);
  await addPlugin(bench, 'github.com/docker/buildx v0.36.1 abc');
  const installed = await installBuildx(bench.plan({ buildx: wish('0.35.0') }), [bench.plugins], bench.ports);
  assert.deepEqual([installed.version, installed.source, installed.checkedAgainst], ['v0.35.0', 'download', 'site']);
});

test("plugins are looked for where docker looks, the user's own first", () => {
  assert.deepEqual(pluginFolders('/config', '/home/me').slice(0, 3), [
    '/config/cli-plugins',
    '/home/me/.docker/cli-plugins',
    '/usr/local/lib/docker/cli-plugins',
  ]);
  assert.equal(pluginFolders(undefined, undefined)[0], '/usr/local/lib/docker/cli-plugins');
});
