import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { platformOf } from '../../../src/tools/platform.ts';
import { mirrorInput, releaseOf, versionInput } from '../../../src/tools/releases.ts';
import { installSkaffold } from '../../../src/tools/skaffold.ts';
import { installStructureTest } from '../../../src/tools/structure-test.ts';
import { sha256, wish, workbench, type Workbench } from './workbench.ts';

const SKAFFOLD = 'https://storage.googleapis.com/skaffold/releases/v2.16.1/skaffold-linux-amd64';
const RELEASES = 'https://github.com/GoogleContainerTools/container-structure-test/releases/download';
const STRUCTURE_TEST = `${RELEASES}/v1.19.3/container-structure-test-linux-amd64`;

function putOnPath({ cache, printed }: Workbench, name: string, prints: string): void {
  cache.putOnPath(name, `/opt/${name}`);
  printed.set(`/opt/${name}`, prints);
}

describe('skaffold', () => {
  for (const [text, prints, version, source] of [
    ['auto', 'v2.16.1\n', 'v2.16.1', 'preinstalled'],
    ['auto', 'v2.0.0', 'v2.0.0', 'preinstalled'],
    ['auto', 'v1.39.1', 'v2.16.1', 'download'],
    ['auto', 'v3.0.0', 'v2.16.1', 'download'],
    ['auto', 'no version', 'v2.16.1', 'download'],
    ['v2.14.0', 'v2.14.0', 'v2.14.0', 'preinstalled'],
    ['v2.16.1', 'v2.14.0', 'v2.16.1', 'download'],
  ] as const) {
    test(`${text}, with ${prints.trim()} on PATH: ${version}, ${source}`, async (t) => {
      const bench = await workbench(t);
      putOnPath(bench, 'skaffold', prints);
      bench.site.publish(SKAFFOLD, 'skaffold 2');
      bench.site.publish(`${SKAFFOLD}.sha256`, `${sha256('skaffold 2')}  skaffold-linux-amd64\n`);
      const installed = await installSkaffold({ ...bench.plan({}), skaffold: wish(text) }, bench.ports);
      assert.deepEqual([installed.version, installed.source], [version, source]);
    });
  }

  test('an exact version with a sum is never the one on PATH', async (t) => {
    const bench = await workbench(t);
    putOnPath(bench, 'skaffold', 'v2.16.1');
    bench.site.publish(SKAFFOLD, 'skaffold 2');
    const skaffold = wish(`v2.16.1@sha256:${sha256('skaffold 2')}`);
    const installed = await installSkaffold({ ...bench.plan({}), skaffold }, bench.ports);
    assert.deepEqual([installed.source, installed.checkedAgainst], ['download', 'input']);
    assert.equal(readFileSync(installed.path, 'utf8'), 'skaffold 2');
  });

  test('where nothing may be downloaded, PATH or the tool cache has to have one that fits', async (t) => {
    const bench = await workbench(t);
    const plan = { ...bench.plan({}), isPreinstalledOnly: true };
    putOnPath(bench, 'skaffold', 'v1.39.1');
    await assert.rejects(installSkaffold(plan, bench.ports), {
      code: 'tool-unavailable',
      message: /^skaffold v2\.0\.0 or newer is not on this runner/,
    });
    assert.deepEqual(bench.site.urls, []);
    putOnPath(bench, 'skaffold', 'v2.3.0');
    assert.equal((await installSkaffold(plan, bench.ports)).version, 'v2.3.0');
  });

  test('a minor is no version of it', async (t) => {
    const bench = await workbench(t);
    await assert.rejects(installSkaffold({ ...bench.plan({}), skaffold: wish('2.16') }, bench.ports), {
      hint: 'Give skaffold-version the exact version, for example v2.16.0, or auto.',
    });
  });

  test('another sum than the published one is refused', async (t) => {
    const bench = await workbench(t);
    bench.site.publish(SKAFFOLD, 'evil');
    bench.site.publish(`${SKAFFOLD}.sha256`, sha256('skaffold 2'));
    await assert.rejects(installSkaffold(bench.plan({}), bench.ports), { code: 'tool-checksum-mismatch' });
  });
});

describe('container-structure-test', () => {
  for (const [prints, version] of [
    ['v1.19.3\n', 'v1.19.3'],
    ['1.16.0', 'v1.16.0'],
    ['12', 'of the runner'],
  ] as const) {
    test(`auto takes the one on PATH, though it says of itself that it is ${prints.trim()}`, async (t) => {
      const bench = await workbench(t);
      putOnPath(bench, 'container-structure-test', prints);
      const installed = await installStructureTest(bench.plan({}), bench.ports);
      assert.deepEqual([installed.version, installed.source], [version, 'preinstalled']);
    });
  }

  test('one that does not run is as good as none, and the sums of the release count', async (t) => {
    const bench = await workbench(t);
    bench.cache.putOnPath('container-structure-test', '/opt/broken');
    bench.site.publish(STRUCTURE_TEST, 'cst');
    bench.site.publish(`${RELEASES}/v1.19.3/checksums.txt`, `${sha256('cst')}  container-structure-test-linux-amd64\n`);
    const installed = await installStructureTest(bench.plan({}), bench.ports);
    assert.deepEqual([installed.version, installed.source, installed.checkedAgainst], ['v1.19.3', 'download', 'site']);
    assert.equal((await installStructureTest(bench.plan({}), bench.ports)).source, 'cache');
  });

  test('an exact version is not the one on PATH that does not know its own', async (t) => {
    const bench = await workbench(t);
    putOnPath(bench, 'container-structure-test', '12');
    bench.site.publish(STRUCTURE_TEST, 'cst');
    bench.site.publish(`${STRUCTURE_TEST}.sha256`, sha256('cst'));
    const plan = { ...bench.plan({}), structureTest: wish('v1.19.3') };
    assert.equal((await installStructureTest(plan, bench.ports)).source, 'download');
  });

  test('its inputs are named structure-test', () => {
    const names = [versionInput('container-structure-test'), mirrorInput('container-structure-test')];
    assert.deepEqual(names, ['structure-test-version', 'structure-test-mirror']);
    assert.equal(mirrorInput('skaffold'), 'skaffold-mirror');
  });
});

for (const [tool, url] of [
  ['skaffold', 'http://mirror/v1.2.3/skaffold-windows-amd64.exe'],
  ['container-structure-test', 'http://mirror/v1.2.3/container-structure-test-windows-amd64.exe'],
] as const) {
  test(`a mirror of ${tool} has the layout of the public site`, () => {
    assert.equal(releaseOf(tool, 'v1.2.3', platformOf('win32', 'x64'), 'http://mirror').url, url);
  });
}
