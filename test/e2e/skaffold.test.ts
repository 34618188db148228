import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { answerOf, assertVerifiedByDigest } from '../support/builder-scene.ts';
import { newRevisions } from '../support/cluster.ts';
import { digestInRegistry } from '../support/registry-digest.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import {
  folderWithSkaffold,
  instead,
  serveSkaffold,
  skaffoldProgram,
  type SkaffoldMirror,
} from '../support/skaffold-tools.ts';

/** An application with a skaffold.yaml, deployed with the stand-in of test/support/fake-skaffold.md: each test goes on where the one before it ended. */

const SKAFFOLD = `apiVersion: skaffold/v4beta13
kind: Config
build:
  tagPolicy:
    envTemplate: { template: "{{.TAG}}" }
  artifacts:
    - image: server
      context: app
test:
  - image: server
    custom:
      - command: test -f app/page.html
manifests:
  rawYaml:
    - k8s/server.yaml
profiles:
  - name: canary
    manifests:
      rawYaml:
        - k8s/canary.yaml
  - name: failing-test
    test:
      - image: server
        custom:
          - command: echo "no answer from $IMAGE"; exit 3
  - name: failing-render
    manifests:
      rawYaml:
        - k8s/nonesuch.yaml
  - name: broken-manifest
    manifests:
      rawYaml:
        - k8s/broken.yaml
`;

const DOCKERFILE = `FROM busybox:1
COPY page.html /www/index.html
CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
`;

let scene: Scene;
let mirror: SkaffoldMirror;
let toolCache: string;

before(async () => {
  scene = await openScene('skaffold');
  mirror = await serveSkaffold(skaffoldProgram());
  toolCache = mkdtempSync(join(tmpdir(), 'e2e-skaffold-cache-'));
  const manifest = readFileSync(join(import.meta.dirname, 'builders/k8s/server.yaml'), 'utf8').replace(
    '${REGISTRY}/e2e/server:main',
    'server',
  );
  scene.write('skaffold.yaml', SKAFFOLD);
  scene.write('app/Dockerfile', DOCKERFILE);
  scene.write('app/page.html', 'one');
  scene.write('k8s/server.yaml', manifest);
  scene.write(
    'k8s/canary.yaml',
    manifest.replaceAll('name: server', 'name: canary').replaceAll('app: server', 'app: canary'),
  );
  scene.write('k8s/broken.yaml', manifest.replace('replicas: 1', 'replica: 1'));
});
after(async () => {
  rmSync(toolCache, { recursive: true, force: true });
  await mirror.close();
  await scene.close();
});

/** With the skaffold of the mirror, through the tool cache; `wish.path` is for another on PATH. */
async function deploy(inputs: Readonly<Record<string, string>> = {}, wish: Wish = {}): Promise<Deploy> {
  return scene.deploy({
    ...wish,
    inputs: {
      'skaffold-file': 'skaffold.yaml',
      image: `${scene.lab.env['REGISTRY'] ?? ''}/e2e`,
      timeout: '60s',
      ...(wish.path === undefined
        ? { 'skaffold-version': `v2.16.1@sha256:${mirror.sha256}`, 'skaffold-mirror': mirror.url }
        : {}),
      ...inputs,
    },
    env: { TAG: scene.sha, RUNNER_TOOL_CACHE: toolCache },
  });
}

/** A PATH with a skaffold that does something more when it is done. */
function pathWith(after: string): string {
  const folder = folderWithSkaffold(mkdtempSync(join(scene.workspace, '../skaffold-')), skaffoldProgram(after));
  return `${folder}:${scene.lab.env['PATH'] ?? ''}`;
}

async function assertRefused(work: () => Promise<Deploy>, reason: string, says: RegExp): Promise<void> {
  const before = await scene.cluster.snapshot();
  const { exitCode, outputs, log, annotations } = await work();
  assert.deepEqual([exitCode, outputs['reason'], outputs['changed']], [1, reason, 'false'], log);
  assert.match(log, says);
  assert.ok(
    annotations.some((line) => line.startsWith('::error')),
    log,
  );
  assert.deepEqual(await scene.cluster.snapshot(), before);
}

test('skaffold is installed, builds, tests and renders; then it is deployed as ever, and verified by digest', async () => {
  const { exitCode, log, ...deployed } = await deploy();

  assert.equal(exitCode, 0, log);
  assert.match(log, /^skaffold v2\.16\.1 \(download\)$/m);
  assert.match(log, /Running custom test command: "test -f app\/page.html"/);
  const digest = await assertVerifiedByDigest(deployed, scene);
  assert.equal(deployed.outputs['image'], `${scene.repository}:${scene.sha}@${digest}`);
  assert.equal(await answerOf(scene), 'one');
  assert.deepEqual(deployed.annotations, []);
});

test('the same commit again: skaffold comes from the tool cache, and nothing changes', async () => {
  const before = await scene.cluster.snapshot();
  const asked = mirror.requests.length;

  const again = await deploy();

  assert.equal(again.exitCode, 0, again.log);
  assert.match(again.log, /^skaffold v2\.16\.1 \(cache\)$/m);
  assert.equal(mirror.requests.length, asked);
  assert.deepEqual([again.changes, again.outputs['changed']], [[], 'false']);
  assert.deepEqual(await scene.cluster.snapshot(), before);
});

test('a plan builds nothing, pushes nothing and changes nothing', async () => {
  const before = await scene.cluster.snapshot();
  scene.commit();

  const plan = await deploy({ command: 'plan' });

  assert.equal(plan.exitCode, 0, plan.log);
  assert.ok(plan.summary.includes(`→ \`${scene.sha.slice(0, 12)}\``), plan.summary);
  assert.deepEqual(
    plan.commands.filter((command) => command.startsWith('buildx build')),
    [],
  );
  assert.equal(await digestInRegistry(`${scene.repository}:${scene.sha}`), undefined);
  assert.deepEqual(await scene.cluster.snapshot(), before);
});

test('a commit with new source rolls out with a skaffold that is on PATH: one new revision', async () => {
  scene.write('app/page.html', 'two');
  const before = await scene.cluster.revisions();

  const deployed = await deploy({}, { path: pathWith('') });

  assert.equal(deployed.exitCode, 0, deployed.log);
  assert.match(deployed.log, /^skaffold v2\.16\.1 \(preinstalled\)$/m);
  await assertVerifiedByDigest(deployed, scene);
  assert.equal(await answerOf(scene), 'two');
  assert.deepEqual(newRevisions(before, await scene.cluster.revisions()), { server: 1 });
});

test('a profile is what skaffold makes of it', async () => {
  const deployed = await deploy({ 'skaffold-profile': 'canary' });

  assert.equal(deployed.exitCode, 0, deployed.log);
  assert.match(deployed.log, /rolled out deployment\/canary \(created\)/);
});

describe('before anything is changed, the deploy is red when', () => {
  test('there is no such profile', async () => {
    await assertRefused(
      () => deploy({ 'skaffold-profile': 'nonesuch' }),
      'build-failed',
      /skaffold build of skaffold\.yaml failed: applying profiles: unable to find profile "nonesuch"/,
    );
  });

  test('the tests of the file fail', async () => {
    await assertRefused(
      () => deploy({ 'skaffold-profile': 'failing-test' }),
      'image-test-failed',
      /skaffold test of skaffold\.yaml failed: running tests: command echo .* finished with non-0 exit code: exit status 3/,
    );
  });

  test('nothing can be rendered', async () => {
    await assertRefused(
      () => deploy({ 'skaffold-profile': 'failing-render' }),
      'render-failed',
      /skaffold render of skaffold\.yaml failed: ENOENT: .*nonesuch\.yaml/,
    );
  });

  test('what is rendered is no good: it is named by the file that the user knows', async () => {
    await assertRefused(
      () => deploy({ 'skaffold-profile': 'broken-manifest' }),
      'manifest-rejected',
      /skaffold\.yaml \(rendered\):\d+: .*replica/,
    );
  });

  for (const [says, text, sentence] of [
    ['no JSON', 'garbage', 'it is not JSON'],
    ['no list', '{"builds":{}}', 'it has no list "builds"'],
    ['an image without a tag', '{"builds":[{"imageName":"server"}]}', 'one of its "builds" has no imageName or no tag'],
  ] as const) {
    test(`what skaffold says that it built is ${says}`, async () => {
      await assertRefused(
        () => deploy({}, { path: pathWith(instead(text)) }),
        'build-failed',
        new RegExp(`What skaffold built cannot be read: ${sentence}`),
      );
    });
  }

  test('the registry has another digest than skaffold says', async () => {
    const tag = `${scene.repository}:${scene.sha}@sha256:${'0'.repeat(64)}`;
    const text = JSON.stringify({ builds: [{ imageName: 'server', tag }] });

    await assertRefused(
      () => deploy({}, { path: pathWith(instead(text)) }),
      'digest-mismatch',
      /skaffold says it pushed \S+@sha256:0{64}, but the registry has sha256:[0-9a-f]{64}/,
    );
  });

  test('the registry has not got the digest that skaffold says, without a tag', async () => {
    const tag = `${scene.repository}@sha256:${'0'.repeat(64)}`;
    const text = JSON.stringify({ builds: [{ imageName: 'server', tag }] });

    await assertRefused(
      () => deploy({}, { path: pathWith(instead(text)) }),
      'image-not-found',
      /The registry has no image \S+@sha256:0{64}/,
    );
  });

  test('the build fails', async () => {
    scene.commit();
    scene.replace('app/Dockerfile', 'COPY page.html', 'COPY nonesuch.html');

    await assertRefused(deploy, 'build-failed', /skaffold build of skaffold\.yaml failed: build \[server\] failed/);
  });
});

test('none of these runs left a process, a file, or a secret', () => scene.assertNothingLeft());
