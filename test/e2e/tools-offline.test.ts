import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { openClosedProxy, type ClosedProxy } from '../support/closed-proxy.ts';
import { openMirror, type LabMirror } from '../support/lab-mirror.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { configMapText, manifestText } from '../support/workload-text.ts';

/** Runners on which nothing may be downloaded. The only way out is a proxy, which tells who was asked. */

const ARCH = process.arch === 'x64' ? 'amd64' : process.arch;
const TOOLS = ['kubectl', 'buildx'] as const;
const BUILD_ONLY = { context: '.', manifests: '', namespace: '', kubeconfig: '' };

let scene: Scene;
let mirror: LabMirror | undefined;
let folder: string;
let proxy: ClosedProxy;

before(async () => {
  scene = await openScene('offline');
  mirror = openMirror(scene.lab);
  proxy = await openClosedProxy();
  folder = mkdtempSync(join(tmpdir(), 'e2e-offline-'));
  scene.useExample();
  scene.write('settings.yaml', configMapText('settings', { key: 'value' }));
  scene.write('nightly.yaml', nightly());
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  mirror?.close();
  proxy.close();
  await scene.close();
});

/** What a deploy did, and whom it asked: sites by the proxy's record, the mirror by its log. */
async function deployOffline(
  inputs: Readonly<Record<string, string>>,
  { cache = join(folder, 'empty'), path = scene.noPrograms }: { readonly cache?: string; readonly path?: string } = {},
): Promise<{ readonly deploy: Deploy; readonly asked: readonly string[] }> {
  assert.ok(mirror !== undefined);
  const before = proxy.asked.length;
  const { result: deploy, downloads } = await mirror.downloadsOf(() =>
    scene.deploy({
      path,
      inputs: { tools: 'preinstalled', manifests: 'settings.yaml', ...inputs },
      env: { RUNNER_TOOL_CACHE: cache, HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url },
    }),
  );
  return { deploy, asked: [...proxy.asked.slice(before), ...downloads] };
}

/** Something with an image that nobody waits for. */
function nightly(): string {
  const template = { spec: { containers: [{ name: 'server', image: scene.repository }], restartPolicy: 'Never' } };
  const spec = { schedule: '0 3 * * *', suspend: true, jobTemplate: { spec: { template } } };
  return manifestText({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' }, spec });
}

function isSkipped(context: TestContext): boolean {
  if (mirror === undefined) {
    context.skip(`the ${scene.lab.provider} lab has no download mirror`);
  }
  return mirror === undefined;
}

function labTool(name: string): string {
  return join(scene.lab.env['LAB_TOOLS'] ?? '', name);
}

/** A tool cache that somebody has prepared as docs/tools.md says, by the very lines of it. */
function preparedCache(name: string, tools: readonly (typeof TOOLS)[number][] = TOOLS): string {
  const cache = join(folder, name);
  const page = readFileSync(join(import.meta.dirname, '../../docs/tools.md'), 'utf8');
  const recipe = /```sh\n(cache=[^`]*)```/.exec(page)?.[1] ?? '';
  const versions = { kubectl: scene.lab.env['KUBECTL_VERSION'] ?? '', buildx: scene.lab.env['BUILDX_VERSION'] ?? '' };
  for (const tool of tools) {
    const script = recipe
      .replaceAll('1.36.4', versions[tool].slice(1))
      .replaceAll('amd64', ARCH)
      .replaceAll('kubectl', tool);
    const env = { PATH: process.env['PATH'], RUNNER_TOOL_CACHE: cache };
    execFileSync('sh', ['-eu', '-c', script], { cwd: scene.lab.env['LAB_TOOLS'] ?? '', env });
  }
  return cache;
}

function cached(cache: string, tool: (typeof TOOLS)[number]): string {
  const version = scene.lab.env[`${tool.toUpperCase()}_VERSION`] ?? '';
  return join(cache, tool, version.slice(1), ARCH, tool);
}

/** A buildx on PATH that says it is another version, and cannot do anything else. */
function oldBuildx(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  const script = '#!/bin/sh\ntest "$1" = version && echo "github.com/docker/buildx v0.21.3 abc"\n';
  writeFileSync(join(path, 'buildx'), script, { mode: 0o755 });
  return path;
}

describe('tools: preinstalled', () => {
  test('builds and deploys with the kubectl and the buildx of the PATH', async (context) => {
    if (isSkipped(context)) {
      return;
    }
    const path = join(folder, 'bin');
    mkdirSync(path);
    TOOLS.forEach((tool) => symlinkSync(labTool(tool), join(path, tool)));

    const wish = { context: '.', image: scene.repository, manifests: 'nightly.yaml' };
    const { deploy, asked } = await deployOffline(wish, { path });

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^kubectl v1\.34\.4 \(preinstalled\)$/m);
    assert.match(deploy.log, /^buildx v0\.36\.1 \(preinstalled\)$/m);
    assert.deepEqual(asked, []);
  });

  test('builds and deploys with those of a tool cache that was prepared as docs/tools.md says', async (context) => {
    if (isSkipped(context)) {
      return;
    }
    scene.commit();
    const wish = { context: '.', image: scene.repository, manifests: 'nightly.yaml' };
    // The lab's buildx is no published one: the table of the action would not know its sum.
    const sum = `buildx ${scene.lab.env['BUILDX_VERSION'] ?? ''} linux-${ARCH} sha256:${mirror?.sum('buildx') ?? ''}`;
    const { deploy, asked } = await deployOffline(
      { ...wish, 'tool-checksums': sum },
      { cache: preparedCache('prepared') },
    );

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^kubectl v1\.34\.4 \(cache\)$/m);
    assert.match(deploy.log, /^buildx v0\.36\.1 \(cache\)$/m);
    assert.deepEqual(asked, []);
  });

  test('without either says where it looked and how to put the tool there, and asks nobody', async (context) => {
    if (isSkipped(context)) {
      return;
    }
    const { deploy, asked } = await deployOffline({});

    assert.equal(deploy.outputs['reason'], 'tool-unavailable', deploy.log);
    const none = `none on PATH that fits, and in the tool cache none for ${ARCH}`;
    assert.ok(deploy.log.includes(`kubectl within one minor of 1.34 is not on this runner: ${none}.`), deploy.log);
    const place = `into the tool cache as kubectl/<version>/${ARCH}/kubectl with its sha256 in kubectl.sha256 beside it`;
    assert.ok(deploy.log.includes(place), deploy.log);
    assert.equal(deploy.outputs['changed'], 'false');
    assert.deepEqual(asked, []);
  });

  test('does not take a buildx of the PATH that is too old, and says which would do', async (context) => {
    if (isSkipped(context)) {
      return;
    }
    const { deploy, asked } = await deployOffline(
      { ...BUILD_ONLY, image: scene.repository },
      { path: oldBuildx('old') },
    );

    assert.equal(deploy.outputs['reason'], 'tool-unavailable', deploy.log);
    assert.match(deploy.log, /buildx v0\.21\.3 \(\S+\) is not what is needed: v0\.36\.1 is/);
    assert.match(deploy.log, /buildx v0\.22\.0 or newer is not on this runner/);
    assert.deepEqual(asked, []);
  });

  for (const [what, change] of [
    ['whose bytes were changed', (path: string) => appendFileSync(path, ' ')],
    ['with another sum beside it', (path: string) => writeFileSync(`${path}.sha256`, 'f'.repeat(64))],
    ['without a sum beside it', (path: string) => rmSync(`${path}.sha256`)],
  ] as const) {
    test(`does not run a kubectl of the tool cache ${what}`, async (context) => {
      if (isSkipped(context)) {
        return;
      }
      const cache = preparedCache(what.replaceAll(' ', '-'), ['kubectl']);
      change(cached(cache, 'kubectl'));
      const { deploy, asked } = await deployOffline({}, { cache });

      assert.equal(deploy.outputs['reason'], 'tool-unavailable', deploy.log);
      assert.match(deploy.log, /none on PATH that fits, and in the tool cache v1\.34\.4 for/);
      assert.equal(
        /in the tool cache \(\S+\) has sha256 \S+, but .* it is as good as none/.test(deploy.log),
        !what.startsWith('without'),
      );
      assert.deepEqual(deploy.commands, []);
      assert.deepEqual(asked, []);
    });
  }
});

test('without tools: preinstalled the public site is asked, as the proxy can tell', async (context) => {
  if (isSkipped(context)) {
    return;
  }
  const { deploy, asked } = await deployOffline({ tools: 'auto', 'kubectl-version': 'v1.34.4' });

  assert.equal(deploy.outputs['reason'], 'tool-unavailable', deploy.log);
  assert.deepEqual([...new Set(asked)], ['dl.k8s.io:443']);
});

describe('a tool that the runner has and that is of no use', () => {
  test('is downloaded anew, when its bytes in the tool cache were changed', async (context) => {
    if (isSkipped(context)) {
      return;
    }
    const cache = preparedCache('changed', ['kubectl']);
    appendFileSync(cached(cache, 'kubectl'), ' ');
    const wish = { tools: 'auto', 'kubectl-version': 'v1.34.4', 'kubectl-mirror': mirror?.kubectl ?? '' };
    const { deploy, asked } = await deployOffline(wish, { cache });

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^kubectl v1\.34\.4 \(download\)$/m);
    assert.deepEqual(asked, ['kubectl.sha256 200', 'kubectl 200']);
    assert.deepEqual(readFileSync(cached(cache, 'kubectl')), readFileSync(labTool('kubectl')));
  });

  test('is left alone, when it is a buildx that is too old: a new one is installed and builds', async (context) => {
    if (isSkipped(context)) {
      return;
    }
    scene.commit();
    const sum = `buildx ${scene.lab.env['BUILDX_VERSION'] ?? ''} linux-${ARCH} sha256:${mirror?.sum('buildx') ?? ''}`;
    const cache = join(folder, 'for-new');
    const { deploy, asked } = await deployOffline(
      {
        ...BUILD_ONLY,
        image: scene.repository,
        tools: 'auto',
        'buildx-mirror': mirror?.buildx ?? '',
        'tool-checksums': sum,
      },
      { path: oldBuildx('older'), cache },
    );

    assert.equal(deploy.exitCode, 0, deploy.log);
    assert.match(deploy.log, /^buildx v0\.36\.1 \(download\)$/m);
    assert.deepEqual(asked, [`buildx-v0.36.1.linux-${ARCH} 200`]);
    assert.ok(existsSync(cached(cache, 'buildx')));
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
