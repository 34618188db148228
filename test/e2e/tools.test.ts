import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { configMapText } from '../support/workload-text.ts';
import { openMirror, type LabMirror } from '../support/lab-mirror.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';

/** A runner that has neither kubectl nor buildx: both come from the lab's mirror of the download sites. */

let scene: Scene;
let toolCache: string;
let mirror: LabMirror | undefined;

before(async () => {
  toolCache = mkdtempSync(join(tmpdir(), 'e2e-tool-cache-'));
  scene = await openScene('tools');
  mirror = openMirror(scene.lab);
  scene.useExample();
  scene.write('settings.yaml', configMapText('settings', { key: 'value' }));
});
after(async () => {
  rmSync(toolCache, { recursive: true, force: true });
  mirror?.close();
  await scene.close();
});

function deployBare(
  inputs: Readonly<Record<string, string>>,
  cache = toolCache,
  path = scene.noPrograms,
): Promise<Deploy> {
  return scene.deploy({
    path,
    inputs: {
      'kubectl-mirror': mirror?.kubectl ?? '',
      'buildx-mirror': mirror?.buildx ?? '',
      manifests: 'settings.yaml',
      ...inputs,
    },
    env: { RUNNER_TOOL_CACHE: cache },
  });
}

/** Undefined, and the test is skipped, where the lab has none. */
function mirrorFor(context: TestContext): LabMirror | undefined {
  if (mirror === undefined) {
    context.skip(`the ${scene.lab.provider} lab has no download mirror`);
  }
  return mirror;
}

describe('kubectl', () => {
  test("is downloaded in the server's minor, verified against the published sum and kept in the tool cache", async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const { result: deploy, downloads } = await site.downloadsOf(() => deployBare({}));

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^kubectl v1\.34\.4 \(download\)$/m);
    assert.deepEqual(downloads, ['stable-1.34.txt 200', 'kubectl.sha256 200', 'kubectl 200']);
    const kept = deploy.cachedTools.find((file) => file.endsWith('/kubectl')) ?? '';
    assert.match(kept, /\/kubectl\/1\.34\.4\/amd64\/kubectl$|\/kubectl\/1\.34\.4\/arm64\/kubectl$/);
    assert.equal(createHash('sha256').update(readFileSync(kept)).digest('hex'), site.sum('kubectl'));
  });

  test('comes from the tool cache the second time', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const { result: deploy, downloads } = await site.downloadsOf(() => deployBare({ 'kubectl-version': 'v1.34.4' }));

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^kubectl v1\.34\.4 \(cache\)$/m);
    assert.deepEqual(downloads, []);
  });

  test('is downloaded although the site answers 503 twice', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    await scene.lab.fault(['download', 'status', '503', '2']);
    const fresh = mkdtempSync(join(tmpdir(), 'e2e-tool-cache-'));
    try {
      const { result: deploy, downloads } = await site.downloadsOf(() =>
        deployBare({ 'kubectl-version': 'v1.34.4' }, fresh),
      );

      assert.equal(deploy.exitCode, 0, deploy.log);
      assert.deepEqual(downloads, ['kubectl.sha256 503', 'kubectl.sha256 503', 'kubectl.sha256 200', 'kubectl 200']);
      assert.match(deploy.log, /kubectl\.sha256 answered 503; attempt 2 of 5 in \d\.\d s/);
    } finally {
      await scene.lab.fault(['download', 'heal']);
      rmSync(fresh, { recursive: true, force: true });
    }
  });

  test('on PATH that is too old for the server is not used', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const old = mkdtempSync(join(tmpdir(), 'e2e-old-kubectl-'));
    try {
      const real = join(scene.lab.env['LAB_TOOLS'] ?? '', 'kubectl');
      const version = JSON.stringify({ clientVersion: { gitVersion: 'v1.30.1' } });
      const script = `#!/bin/sh\ncase "$*" in *--client*) echo '${version}';; *) exec '${real}' "$@";; esac\n`;
      writeFileSync(join(old, 'kubectl'), script, { mode: 0o755 });

      const deploy = await deployBare({}, toolCache, `${old}:/usr/bin:/bin`);

      assert.equal(deploy.exitCode, 0, deploy.log);
      assert.match(deploy.log, /^kubectl v1\.30\.1 on PATH is not what is needed: v1\.34\.4 is installed$/m);
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  });

  test('is never another version than the one asked for', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const deploy = await deployBare({ 'kubectl-version': 'v1.33.0' });

    assert.equal(deploy.outputs['reason'], 'tool-unavailable', deploy.log);
    assert.match(deploy.log, /There is no sha256 of kubectl at \S+\/v1\.33\.0\//);
    assert.deepEqual(deploy.outputs['changed'], 'false');
  });
});

describe('buildx', () => {
  const build = { context: '.', manifests: '', namespace: '', kubeconfig: '' };

  test('is downloaded and builds and pushes, when the user gives the sum', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const version = `${scene.lab.env['BUILDX_VERSION'] ?? ''}@sha256:${site.sum('buildx')}`;

    const deploy = await deployBare({ ...build, image: scene.repository, 'buildx-version': version });

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^buildx v0\.36\.1 \(download\)$/m);
    assert.match(deploy.outputs['digest'] ?? '', /^sha256:/);
  });

  test('of a mirror that has other bytes than the published release is refused by the sum that this action knows', async (context) => {
    const site = mirrorFor(context);
    if (site === undefined) {
      return;
    }
    const fresh = mkdtempSync(join(tmpdir(), 'e2e-tool-cache-'));
    try {
      const deploy = await deployBare({ ...build, image: scene.repository }, fresh);

      assert.equal(deploy.outputs['reason'], 'tool-checksum-mismatch', deploy.log);
      assert.ok(deploy.log.includes(`has sha256 ${site.sum('buildx')}, but the table of published sums`), deploy.log);
      assert.deepEqual(deploy.cachedTools, []);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
