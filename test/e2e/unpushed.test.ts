import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startDockerEngine } from '../lab/native/docker-engine.ts';
import { openBuildScene, pullRequest, type Build, type BuildScene, type BuildWish } from '../support/build-scene.ts';
import { openRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { newRepository } from '../support/registry-view.ts';
import { folderWithSkaffold, skaffoldProgram } from '../support/skaffold-tools.ts';

/** Images that are built and not pushed, by real builders, before a registry that writes down what it is asked. */

let scene: BuildScene;
let proxy: RegistryProxy;
before(async () => {
  scene = await openBuildScene('unpushed');
  proxy = await openRegistryProxy({ upstream: scene.registry });
});
after(async () => {
  await proxy.close();
  await scene.close();
});

const WHY = 'the pull request comes from a fork, so this run has no secrets and must not push or deploy';
/** What a workflow that deploys gives, in a run where every secret is empty. */
const DEPLOY = {
  manifests: 'k8s',
  kubeconfig: '',
  'registry-auth': '- { registry: ghcr.io, username: "", password: "" }',
};

type Unpushed = Build & { readonly changes: readonly string[]; readonly tags: readonly string[] };

/** Builds into a repository of its own; `changes` is each request that would change the registry. */
async function build(wish: BuildWish = {}, cached = 'off'): Promise<Unpushed> {
  const { path, pushed } = newRepository(scene);
  const before = proxy.requests().length;
  const step = await scene.build({
    ...wish,
    inputs: { image: `${proxy.host}/${path}`, cache: cached, ...wish.inputs },
  });
  const changes = proxy
    .requests()
    .slice(before)
    .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    .map(({ method, path: asked }) => `${method} ${asked}`);
  return { ...step, changes, tags: await pushed.tags() };
}

function head(): string {
  return scene.git('rev-parse', 'HEAD');
}

function assertOnlyBuilt({ exitCode, log, changes, tags, outputs }: Unpushed): void {
  assert.equal(exitCode, 0, log);
  assert.deepEqual([changes, tags], [[], []], log);
  assert.deepEqual([outputs['image'], outputs['images'], outputs['digest']], ['', '', '']);
  assert.equal(outputs['result'], 'succeeded');
}

describe('a pull request of a fork', () => {
  test('is built with every step, its checks are told, and nothing is pushed or deployed', async () => {
    scene.commit({
      'loud.Dockerfile':
        'FROM busybox:1 as base\nCOPY source.txt /\nRUN echo "seen: $(cat /source.txt)" && touch /done\n',
      'source.txt': `${Date.now()}\n`,
    });
    const step = await build({
      ...pullRequest(7, 'main', head(), 'a fork'),
      inputs: { ...DEPLOY, file: 'loud.Dockerfile', tags: 'type=ref,event=pr', 'scan-command': 'exit 9' },
    });

    assertOnlyBuilt(step);
    assert.match(step.log, /seen: \d+/);
    assert.ok(step.log.includes(`Built the image of ${head().slice(0, 7)} without pushing it: ${WHY}`), step.log);
    assert.ok(step.summary.includes('without pushing it'), step.summary);
    assert.match(step.summary, /built, not pushed/);
    assert.match(step.log, /FromAsCasing/);
    assert.match(step.log, /scan-command did not run: what is not pushed cannot be pulled/);
    assert.match(step.log, /Left out, since it has no value in this run: registry-auth for ghcr\.io/);
    assert.deepEqual(
      step.commands.filter((command) => command.includes('imagetools create')),
      [],
    );
  });

  test('that cannot be built is red, with the line that is to blame', async () => {
    scene.commit({ 'broken.Dockerfile': 'FROM busybox:1\nRUN echo no >&2 && exit 3\n' });

    const step = await build({ ...pullRequest(7, 'main', head(), 'a fork'), inputs: { file: 'broken.Dockerfile' } });

    assert.deepEqual([step.exitCode, step.outputs['reason']], [1, 'build-failed'], step.log);
    assert.match(step.log, /broken\.Dockerfile/);
    assert.deepEqual([step.changes, step.tags], [[], []]);
  });

  test('reads the cache of the default branch and writes none', async () => {
    const { path, pushed } = newRepository(scene);
    const inputs = { image: `${proxy.host}/${path}`, cache: 'registry' };
    scene.commit({ 'source.txt': 'cached\n' });
    const first = await scene.build({ inputs: { ...inputs, builder: await scene.freshBuilder() } });
    assert.equal(first.exitCode, 0, first.log);
    const contents = await pushed.contents();
    const sha = scene.commit({ 'more.txt': 'nothing to the image\n' });
    const asked = proxy.requests().length;

    const step = await scene.build({
      ...pullRequest(7, 'main', sha, 'a fork'),
      inputs: { ...inputs, builder: await scene.freshBuilder() },
    });

    assert.equal(step.exitCode, 0, step.log);
    assert.match(step.log, /\d+ of \d+ steps from the cache/);
    assert.doesNotMatch(step.log, /\b0 of \d+ steps from the cache/);
    const changes = proxy
      .requests()
      .slice(asked)
      .filter(({ method }) => method !== 'GET' && method !== 'HEAD');
    assert.deepEqual([changes, await pushed.contents()], [[], contents]);
  });

  test('whose repository is gone is one all the same', async () => {
    const event = pullRequest(7, 'main', head(), 'a fork');
    const payload = {
      number: 7,
      pull_request: { number: 7, head: { sha: head(), repo: null }, base: { ref: 'main', repo: { id: 4711 } } },
    };

    assertOnlyBuilt(await build({ ...event, event: { name: 'pull_request', payload } }));
  });

  test('is refused where the run has secrets', async () => {
    const { runner, event } = pullRequest(7, 'main', head(), 'a fork');
    const step = await build({
      // GITHUB_SHA is of the default branch then.
      sha: scene.git('rev-parse', 'HEAD~1'),
      runner: { ...runner, GITHUB_REF: 'refs/heads/main' },
      event: { name: 'pull_request_target', payload: event?.payload },
    });

    assert.deepEqual([step.exitCode, step.outputs['reason'], step.commands], [1, 'untrusted-code', []], step.log);
    assert.match(step.log, /is not deployed by a run that has secrets: the pull request comes from a fork/);
  });
});

describe('push: false', () => {
  test('builds a list of platforms and pushes none of them', async () => {
    scene.commit({ 'plain.Dockerfile': 'FROM scratch\nCOPY source.txt /\n' });
    const step = await build({
      inputs: { push: 'false', file: 'plain.Dockerfile', platforms: 'linux/amd64,linux/arm64', sbom: 'false' },
    });

    assertOnlyBuilt(step);
    assert.match(step.log, /without pushing it: push is false/);
    assert.match(step.builds[0] ?? '', /--platform linux\/amd64,linux\/arm64 /);
  });

  test('builds the targets of bake, and writes no cache that their file has', async () => {
    const { path } = newRepository(scene);
    scene.commit({
      'docker-bake.json': JSON.stringify({
        group: { default: { targets: ['one', 'two'] } },
        target: {
          base: {
            'dockerfile-inline': 'FROM busybox:1\nRUN touch /base\n',
            'cache-to': [`type=registry,ref=${proxy.host}/${path}:base`],
          },
          one: {
            'dockerfile-inline': 'FROM base\nRUN touch /one\n',
            contexts: { base: 'target:base' },
            tags: [`${proxy.host}/${path}:one`],
            'cache-to': [`type=registry,ref=${proxy.host}/${path}:cache`],
            attest: ['type=sbom'],
          },
          two: { 'dockerfile-inline': 'FROM busybox:1\nRUN touch /two\n', output: ['type=registry'] },
        },
      }),
    });

    const step = await build({ inputs: { push: 'false', context: '', 'bake-files': 'docker-bake.json' } });

    assertOnlyBuilt(step);
    assert.match(step.log, /Built 2 images of [0-9a-f]{7} without pushing them: push is false/);
  });

  test('tells a command so', async () => {
    const step = await build({
      inputs: {
        push: 'false',
        context: '',
        cache: '',
        'build-command': 'echo "push is $PUSH, $IMAGE"; test "$PUSH" = false',
      },
    });

    assertOnlyBuilt(step);
    assert.match(step.log, /push is false, 127\.0\.0\.1:\d+\//);
  });

  test('tells skaffold so', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'unpushed-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    scene.commit({
      'skaffold.yaml':
        'apiVersion: skaffold/v4beta13\nkind: Config\nbuild:\n  tagPolicy:\n    envTemplate: { template: "{{.TAG}}" }\n  artifacts:\n    - image: server\n      context: .\n',
    });
    const path = `${folderWithSkaffold(folder, skaffoldProgram())}:${scene.lab.env['PATH'] ?? ''}`;

    const step = await build({
      inputs: { push: 'false', context: '', cache: '', 'skaffold-file': 'skaffold.yaml' },
      env: { PATH: path, TAG: 'v1' },
    });

    assertOnlyBuilt(step);
    assert.match(step.log, /skaffold build .*--push=false/);
    assert.match(step.log, /Built the image of [0-9a-f]{7} without pushing it: push is false/);
  });

  test('leaves nothing in a docker engine either', async (t) => {
    if (scene.lab.provider !== 'native') {
      t.skip('the docker engine is one of the native lab');
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'unpushed-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const engine = await startDockerEngine({ folder, registry: scene.registry, progress: () => {} });
    t.after(async () => engine.stop());
    scene.commit({ 'plain.Dockerfile': 'FROM busybox:1\nCOPY source.txt /\n' });

    const step = await build({
      inputs: { push: 'false', file: 'plain.Dockerfile', builder: 'docker' },
      env: { DOCKER_HOST: engine.host, BUILDX_BUILDER: '' },
    });

    assertOnlyBuilt(step);
    assert.match(step.log, /Builder: \S*docker/);
    const images = execFileSync(engine.cli, ['--host', engine.host, 'image', 'ls', '--format', '{{.Repository}}'], {
      encoding: 'utf8',
    });
    assert.equal(images.includes('unpushed'), false, images);
  });
});
