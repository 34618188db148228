import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../lab/command.ts';
import { assertPushed, openBuildScene, type BuildScene } from '../support/own-builder-scene.ts';
import { openRegistryProxy } from '../support/registry-proxy.ts';
import { privateCertificate } from '../support/registry-tls.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The same Dockerfile, built by each kind of builder. */

let scene: BuildScene;
before(async () => {
  scene = await openBuildScene('builders');
});
after(async () => scene.close());

/** What the log says it is built by. */
const builderIn = (log: string): string => /^Builder: (.*)$/m.exec(log)?.[1] ?? '';

const LESSER = /^docker, BuildKit v\S+, without the containerd image store: it exports inline caches only$/;

/** Where the lab's own BuildKit listens. */
function labEndpoint(): string {
  const { BUILDX_CONFIG = '', BUILDX_BUILDER = '' } = scene.scene.lab.env;
  const instance = readFileSync(join(BUILDX_CONFIG, 'instances', BUILDX_BUILDER), 'utf8');
  return /"Endpoint":"(unix:[^"]+)"/.exec(instance)?.[1] ?? instance;
}

test('builder: docker builds in the engine, pushes by tag, and the output is the digest of the registry', async () => {
  const build = await scene.build('docker', { inputs: { builder: 'docker', tags: 'latest\n1.4' } });

  await assertPushed(build, { tags: ['latest', '1.4'] });
  assert.match(builderIn(build.log), LESSER);
  assert.deepEqual(await scene.inEngine(), []);
});

test('builder: docker has an inline cache, from which the next commit is built on an engine that has forgotten all', async () => {
  scene.scene.write('Dockerfile', scene.dockerfile.replace('COPY', 'ENV MARK=inline\nCOPY'));
  const wish = { inputs: { builder: 'docker', cache: 'auto' }, runner: { GITHUB_REF: 'refs/heads/main' } };
  const first = await scene.build('inline', wish);
  await assertPushed(first);
  await scene.docker(['builder', 'prune', '--all', '--force']);
  scene.scene.commit();

  const second = await scene.build('inline', wish);

  await assertPushed(second);
  assert.match(second.log, /importing cache manifest from \S+\/inline:buildcache-/);
  assert.match(second.log, /^ *#\d+ CACHED$/m);
  scene.scene.write('Dockerfile', scene.dockerfile);
});

test('builder: container boots a BuildKit for this run, which is gone at its end', async () => {
  const build = await scene.build('container', { inputs: scene.container });

  await assertPushed(build);
  assert.match(builderIn(build.log), /^k8s-deploy-\S+ \(docker-container\), BuildKit v\S+$/);
  assert.deepEqual(await scene.inEngine(), []);
});

test('unix:// is a BuildKit that runs; without an engine, and with no builder of the job', async () => {
  const build = await scene.build('remote', {
    inputs: { builder: labEndpoint() },
    env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });

  await assertPushed(build);
  assert.match(builderIn(build.log), /^k8s-deploy-\S+ \(remote\), BuildKit v\S+$/);
});

test('unix:// where nobody listens: builder-unavailable names the address', async () => {
  const build = await scene.build('nowhere', { inputs: { builder: 'unix:///nowhere/buildkitd.sock' } });

  assert.equal(build.exitCode, 1);
  assert.equal(build.outputs['reason'], 'builder-unavailable', build.log);
  assert.match(build.log, /^failed: The BuildKit at unix:\/\/\/nowhere\/buildkitd\.sock cannot be used: /m);
});

test('a name is the builder that an earlier step made, and it stays', async (t) => {
  const BUILDX_CONFIG = await temporaryFolder(t);
  const buildx = async (...args: readonly string[]): Promise<string> =>
    run(['env', `BUILDX_CONFIG=${BUILDX_CONFIG}`, 'BUILDX_BUILDER=', 'buildx', ...args], {
      env: { ...process.env, ...scene.scene.lab.env },
    });
  await buildx('create', '--name', 'earlier-step', '--driver', 'remote', labEndpoint());

  const build = await scene.build('named', { inputs: { builder: 'earlier-step' }, env: { BUILDX_CONFIG } });

  await assertPushed(build);
  assert.match(builderIn(build.log), /^earlier-step \(remote\), BuildKit v\S+$/);
  assert.match(await buildx('ls'), /earlier-step\s+remote/);
});

test('a name that nobody knows: builder-unavailable', async () => {
  const build = await scene.build('nobody', { inputs: { builder: 'nobody-made-this' } });

  assert.equal(build.outputs['reason'], 'builder-unavailable', build.log);
  assert.match(build.log, /^failed: The builder nobody-made-this cannot be used: no builder "nobody-made-this" found/m);
});

test('builder: auto takes the builder of the job that runs, though there is an engine', async () => {
  const { BUILDX_CONFIG = '', BUILDX_BUILDER = '' } = scene.scene.lab.env;
  const build = await scene.build('auto-remote', { env: { BUILDX_CONFIG, BUILDX_BUILDER } });

  await assertPushed(build);
  assert.match(builderIn(build.log), /^remote, BuildKit v\S+$/);
});

test('builder: auto takes the engine when there is nothing else', async () => {
  const build = await scene.build('auto-engine');

  await assertPushed(build);
  assert.match(builderIn(build.log), LESSER);
  assert.deepEqual(await scene.inEngine(), []);
});

test('builder: auto with neither: builder-unavailable says what to do', async () => {
  const build = await scene.build('auto-nothing', { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });

  assert.equal(build.exitCode, 1);
  assert.equal(build.outputs['reason'], 'builder-unavailable', build.log);
  assert.match(build.log, /^failed: There is no builder: .*unix:\/\/\/nowhere\/docker\.sock/m);
  assert.match(build.log, /^Install or start Docker on the runner, or take a running BuildKit/m);
});

test('builder: kubernetes builds in the cluster, trusts the private authority, and leaves nothing there', async (t) => {
  const tls = await privateCertificate(await temporaryFolder(t), [scene.hostIp]);
  const proxy = await openRegistryProxy({ upstream: scene.registry, tls, listenOn: '0.0.0.0' });
  t.after(async () => proxy.close());
  const host = `${scene.hostIp}:${proxy.port}`;
  const { cluster } = scene.scene;
  const kubeconfig = join(dirname(scene.scene.workspace), 'kubeconfig');
  writeFileSync(kubeconfig, scene.scene.kubeconfig, { mode: 0o600 });
  scene.scene.write('Dockerfile', scene.dockerfile.replace(scene.registry, host));

  const build = await scene.build('farm', {
    inputs: {
      image: `${host}/${cluster.namespace}/farm`,
      builder: 'kubernetes',
      'builder-options': `namespace=${cluster.namespace}`,
      'registry-ca': readFileSync(tls.authorityPath, 'utf8'),
    },
    env: { KUBECONFIG: kubeconfig, DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });

  await assertPushed(build, { at: scene.registry });
  assert.match(builderIn(build.log), /^k8s-deploy-\S+ \(kubernetes\), BuildKit v\S+$/);
  const left = await cluster.kubectl(['get', 'deployments,configmaps', '--output=name']);
  assert.deepEqual(left.trim().split('\n'), ['configmap/kube-root-ca.crt']);
  scene.scene.write('Dockerfile', scene.dockerfile);
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.scene.assertNothingLeft({ isConnected: false });
});
