import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { InstalledTool } from '../../../src/tools/install.ts';
import { installHelm } from '../../../src/tools/helm.ts';
import { platformOf } from '../../../src/tools/platform.ts';
import { releaseOf } from '../../../src/tools/releases.ts';
import { DEFAULT_HELM_VERSION } from '../../../src/tools/resolve.ts';
import { sha256, wish, workbench, type Workbench } from './workbench.ts';

const URL = 'https://get.helm.sh/helm-v3.21.9-linux-amd64.tar.gz';
const FILE = 'helm-v3.21.9-linux-amd64.tar.gz';
const ARCHIVE = JSON.stringify({ 'linux-amd64/helm': 'helm 22', 'linux-amd64/LICENSE': 'Apache' });

/** The sums of the default version travel with the action: a site of a test needs one of its own for it. */
const DEFAULT = {
  tool: 'helm',
  version: DEFAULT_HELM_VERSION,
  platform: 'linux-amd64',
  sha256: sha256(ARCHIVE),
} as const;

type Runner = Workbench & {
  readonly install: (version?: string) => Promise<InstalledTool>;
  readonly cachedPath: string;
};

/** A runner without helm, and a site with helm v3.21.9. */
async function runner(t: TestContext): Promise<Runner> {
  const bench = await workbench(t);
  bench.site.publish(URL.replaceAll('v3.21.9', DEFAULT_HELM_VERSION), ARCHIVE);
  bench.site.publish(URL, ARCHIVE);
  bench.site.publish(`${URL}.sha256sum`, `${sha256(ARCHIVE)}  ${FILE}\n`);
  return {
    ...bench,
    install: (version = 'v3.21.9') =>
      installHelm(bench.plan({ helm: wish(version), checksums: [DEFAULT] }), bench.ports),
    cachedPath: join(bench.cache.folderOf('helm', 'v3.21.9', 'amd64'), 'helm'),
  };
}

function putOnPath({ cache, printed }: Runner, version: string): void {
  cache.putOnPath('helm', '/opt/helm');
  printed.set('/opt/helm', version);
}

for (const [printed, version] of [
  ['v3.21.9', 'v3.21.9'],
  ['v3.8.0\n', 'v3.8.0'],
  ['v3.19.2+g8766e71', 'v3.19.2'],
  ['v4.0.0', 'v4.0.0'],
  ['3.14.4', 'v3.14.4'],
  ['v4.1.0-rc.1', 'v4.1.0-rc.1'],
] as const) {
  test(`helm auto: ${version} on PATH is used`, async (t) => {
    const bench = await runner(t);
    putOnPath(bench, printed);
    assert.deepEqual(await bench.install('auto'), {
      tool: 'helm',
      version,
      path: '/opt/helm',
      source: 'preinstalled',
      checkedAgainst: undefined,
    });
    assert.deepEqual(bench.site.urls, []);
    assert.deepEqual(bench.commands[0]?.args, ['version', '--template={{.Version}}']);
  });
}

for (const [name, printed] of [
  ['is older than 3.8', 'v3.7.2+g663a896'],
  ['is Helm 2', 'v2.17.0'],
  ['is of a major that nobody knows', 'v5.0.0'],
  ['is no helm', 'an editor for v3.21.9\n'],
] as const) {
  test(`helm auto: one on PATH that ${name} is not used, the default version is installed`, async (t) => {
    const bench = await runner(t);
    putOnPath(bench, printed);
    const installed = await bench.install('auto');
    assert.deepEqual([installed.version, installed.source], [DEFAULT_HELM_VERSION, 'download']);
  });
}

test('helm exact: that very version on PATH is used, unless its sum is asked for', async (t) => {
  const bench = await runner(t);
  putOnPath(bench, 'v3.21.9+gabcdef');
  assert.equal((await bench.install('v3.21.9')).path, '/opt/helm');
  assert.equal((await bench.install(`v3.21.9@sha256:${sha256(ARCHIVE)}`)).checkedAgainst, 'input');
});

test('helm exact: another version on PATH is left alone, and that is said', async (t) => {
  const bench = await runner(t);
  putOnPath(bench, 'v3.21.0');
  assert.equal((await bench.install('3.21.9')).source, 'download');
  assert.deepEqual(bench.happenings[0], {
    kind: 'note',
    text: 'helm v3.21.0 on PATH is not what is needed: v3.21.9 is',
  });
});

test('a minor of helm is refused with what to write instead', async (t) => {
  const { install } = await runner(t);
  await assert.rejects(install('3.22'), {
    code: 'tool-unavailable',
    hint: 'Give helm-version the exact version, for example v3.22.0, or auto.',
  });
});

test('the archive of helm is verified and unpacked; only the executable is kept, with its own sum', async (t) => {
  const { install, cachedPath, folder, site } = await runner(t);
  assert.deepEqual(await install(), {
    tool: 'helm',
    version: 'v3.21.9',
    path: cachedPath,
    source: 'download',
    checkedAgainst: 'site',
  });
  assert.deepEqual(site.urls, [`${URL}.sha256sum`, URL]);
  assert.equal(readFileSync(cachedPath, 'utf8'), 'helm 22');
  assert.equal(statSync(cachedPath).mode & 0o777, 0o755);
  assert.equal(readFileSync(`${cachedPath}.sha256`, 'utf8'), `${sha256('helm 22')}\n`);
  assert.equal(existsSync(join(folder, 'private', 'helm-v3.21.9', FILE)), false);
});

test('the second time helm comes from the tool cache, and nobody is asked', async (t) => {
  const { install, cachedPath, site } = await runner(t);
  await install();
  const asked = site.urls.length;
  const again = await install('v3.21.9');
  assert.deepEqual([again.path, again.source, again.checkedAgainst], [cachedPath, 'cache', 'tool-cache']);
  assert.equal(site.urls.length, asked);
});

test('a helm that was changed in the tool cache is downloaded anew', async (t) => {
  const { install, cachedPath } = await runner(t);
  await install();
  await writeFile(cachedPath, 'something else');
  assert.equal((await install()).source, 'download');
  assert.equal(readFileSync(cachedPath, 'utf8'), 'helm 22');
});

test("the user's sum is that of the archive, which the tool cache has not got: helm is downloaded anew", async (t) => {
  const { install } = await runner(t);
  await install();
  const again = await install(`v3.21.9@sha256:${sha256(ARCHIVE)}`);
  assert.deepEqual([again.source, again.checkedAgainst], ['download', 'input']);
});

test("without .sha256sum the archive's .sha256 counts", async (t) => {
  const bench = await workbench(t);
  bench.site.publish(URL, ARCHIVE);
  bench.site.publish(`${URL}.sha256`, sha256(ARCHIVE));
  assert.equal((await installHelm(bench.plan({ helm: wish('v3.21.9') }), bench.ports)).checkedAgainst, 'site');
});

test('an archive with another sum is never unpacked', async (t) => {
  const { install, site, folder, cachedPath } = await runner(t);
  site.publish(URL, JSON.stringify({ 'linux-amd64/helm': 'evil' }));
  await assert.rejects(install(), { code: 'tool-checksum-mismatch' });
  assert.equal(existsSync(cachedPath), false);
  assert.equal(existsSync(join(folder, 'private', 'helm-v3.21.9', 'unpacked')), false);
});

for (const [name, archive, why] of [
  ['without helm in it', JSON.stringify({ 'linux-arm64/helm': 'helm' }), /has no linux-amd64\/helm in it\.$/],
  ['that is broken', '<html>', /cannot be unpacked: /],
] as const) {
  test(`an archive ${name} is an error with the URL, and nothing stays`, async (t) => {
    const { install, site, cachedPath, folder } = await runner(t);
    site.publish(URL, archive);
    site.publish(`${URL}.sha256sum`, `${sha256(archive)}  ${FILE}\n`);
    await assert.rejects(install(), (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, 'tool-unavailable');
      assert.equal(error.message.startsWith(`helm cannot be installed: ${URL} `), true);
      assert.match(error.message, why);
      assert.match(error.hint ?? '', /helm-mirror/);
      return true;
    });
    assert.equal(existsSync(cachedPath), false);
    assert.equal(existsSync(join(folder, 'private', 'helm-v3.21.9', FILE)), false);
  });
}

test('a tool cache without room costs the next job a download, not this one its helm', async (t) => {
  const { install, cache } = await runner(t);
  cache.fill();
  const { path } = await install();
  assert.equal(readFileSync(path, 'utf8'), 'helm 22');
  assert.equal(statSync(path).mode & 0o777, 0o755);
});

for (const [nodePlatform, nodeArch, file, entry] of [
  ['linux', 'x64', 'linux-amd64.tar.gz', 'linux-amd64/helm'],
  ['darwin', 'arm64', 'darwin-arm64.tar.gz', 'darwin-arm64/helm'],
  ['win32', 'x64', 'windows-amd64.zip', 'windows-amd64/helm.exe'],
] as const) {
  test(`on ${nodePlatform}/${nodeArch} the archive of that machine is downloaded, from a mirror too`, () => {
    const release = releaseOf('helm', 'v3.21.9', platformOf(nodePlatform, nodeArch), 'http://mirror/helm');
    assert.deepEqual([release.url, release.entry], [`http://mirror/helm/helm-v3.21.9-${file}`, entry]);
  });
}
