import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textAt, valueAt } from '../../src/values/json.ts';
import { STATUSES } from '../support/statuses.ts';
import { APP, BUILD, DEPLOY, DIGEST, openShop, SHA, type Deployed, type Shop } from './deploying.ts';

const SERVER = '/apis/apps/v1/namespaces/default/deployments/server';
const AGENT = '/apis/apps/v1/namespaces/default/deployments/agent';
const NEXT_SHA = SHA.replace('a1b2', 'ffff');

const revisionOf = (shop: Shop, path: string): string | undefined =>
  textAt(shop.cluster.object(path), 'metadata', 'annotations', 'deployment.kubernetes.io/revision');
const imageOf = (shop: Shop, path: string): unknown =>
  valueAt(shop.cluster.object(path), 'spec', 'template', 'spec', 'containers', 0, 'image');

/** A shop in which the first deploy went well. */
async function shopWithApp(inputs: object = {}): Promise<Shop> {
  const shop = openShop();
  const { outcome } = await shop.deploy({ ...BUILD, ...DEPLOY, ...inputs });
  assert.equal(outcome.result, 'succeeded', outcome.verdict);
  return shop;
}

function assertSucceeded({ outcome, ui }: Deployed): void {
  assert.equal(outcome.result, 'succeeded', `${outcome.verdict}\n${outcome.stack ?? ''}`);
  assert.equal(ui.isRed, false);
}

test('first deploy: the image is built, everything is created with one apply, and the rollouts are seen through', async () => {
  const shop = openShop();
  const deployed = await shop.deploy({ ...BUILD, ...DEPLOY });
  assertSucceeded(deployed);
  const digest = shop.world.registry.get(`ghcr.io/org/server:${SHA}`);
  assert.deepEqual(deployed.changing, ['apply']);
  assert.equal(imageOf(shop, SERVER), `ghcr.io/org/server:${SHA}@${digest ?? ''}`);
  assert.deepEqual(
    [deployed.outputs['image'], deployed.outputs['digest'], deployed.outputs['result'], deployed.outputs['changed']],
    [`ghcr.io/org/server:${SHA}@${digest ?? ''}`, digest, 'succeeded', 'true'],
  );
  assert.equal(
    deployed.outcome.verdict,
    'Deployed a1b2c3d: rolled out deployment/agent (created), deployment/server (created), 3 objects changed',
  );
  assert.deepEqual(
    deployed.ui.groups.filter((line) => line.startsWith('open')),
    [
      'open Render',
      'open Install buildx',
      'open Connect',
      'open Check',
      'open Build',
      'open Pin',
      'open Apply',
      'open Roll out',
    ],
  );
});

test('an image that is given with its digest is on the objects that use it, as a built one is', async () => {
  const shop = openShop();
  const deployed = await shop.deploy({ ...DEPLOY, images: `ghcr.io/org/server@${DIGEST}` });
  assertSucceeded(deployed);
  const imagesOn = (path: string): string | undefined =>
    textAt(shop.cluster.object(path), 'metadata', 'annotations', 'k8s-deploy/images');
  assert.deepEqual([imagesOn(SERVER), imagesOn(AGENT)], [`ghcr.io/org/server@${DIGEST}`, undefined]);
});

test('the same commit again: no command that changes the cluster at all', async () => {
  const shop = await shopWithApp();
  const before = shop.cluster.snapshot();
  const deployed = await shop.deploy({ ...BUILD, ...DEPLOY });
  assertSucceeded(deployed);
  assert.deepEqual(deployed.changing, []);
  assert.equal(deployed.outputs['changed'], 'false');
  assert.equal(
    deployed.outcome.verdict,
    'Nothing to change: the cluster runs a1b2c3d already, and 2 workloads are healthy',
  );
  assert.deepEqual([...shop.cluster.snapshot().keys()], [...before.keys()]);
  assert.deepEqual([revisionOf(shop, SERVER), revisionOf(shop, AGENT)], ['1', '1']);
});

test('only the ConfigMap changed: only the workload that consumes it restarts, once', async () => {
  const shop = await shopWithApp();
  await shop.write('k8s/agent-config.yaml', APP['k8s/agent-config.yaml'].replace('info', 'debug'));
  const deployed = await shop.deploy({ ...BUILD, ...DEPLOY });
  assertSucceeded(deployed);
  assert.deepEqual(deployed.changing, [
    'apply',
    'rollout restart deployment/agent',
    'annotate configmaps/agent k8s-deploy/restart-due-',
  ]);
  assert.deepEqual([revisionOf(shop, AGENT), revisionOf(shop, SERVER)], ['2', '1']);
  assert.ok(deployed.ui.lines.includes('restart    deployment/agent (ConfigMap/agent changed)'));

  const again = await shop.deploy({ ...BUILD, ...DEPLOY });
  assert.deepEqual([again.changing, revisionOf(shop, AGENT)], [[], '2'], 'a restart must not be undone or repeated');
});

test('a new image: one apply, one new revision of the server, no restart', async () => {
  const shop = await shopWithApp();
  const deployed = await shop.deploy({ ...BUILD, ...DEPLOY }, NEXT_SHA);
  assertSucceeded(deployed);
  assert.deepEqual(deployed.changing, ['apply']);
  assert.deepEqual([revisionOf(shop, SERVER), revisionOf(shop, AGENT)], ['2', '1']);
  assert.equal(
    deployed.outcome.verdict,
    'Deployed ffffc3d: rolled out deployment/server (new revision), 1 object changed',
  );
});

test('a new template and a new ConfigMap together are one new revision', async () => {
  const shop = await shopWithApp();
  await shop.write('k8s/agent-config.yaml', APP['k8s/agent-config.yaml'].replace('info', 'debug'));
  await shop.write('k8s/agent.yaml', APP['k8s/agent.yaml'].replace('agent:1.0', 'agent:1.1'));
  const deployed = await shop.deploy({ ...BUILD, ...DEPLOY });
  assertSucceeded(deployed);
  assert.deepEqual([deployed.changing, revisionOf(shop, AGENT)], [['apply'], '2']);
});

test('restart: never leaves the consumer alone, always restarts what gets no new revision', async () => {
  const shop = await shopWithApp();
  await shop.write('k8s/agent-config.yaml', APP['k8s/agent-config.yaml'].replace('info', 'debug'));
  assert.deepEqual((await shop.deploy({ ...BUILD, ...DEPLOY, restart: 'never' })).changing, ['apply']);
  const always = await shop.deploy({ ...BUILD, ...DEPLOY, restart: 'always' }, NEXT_SHA);
  assert.deepEqual(always.changing, ['apply', 'rollout restart deployment/agent']);
});

test('images with their digests: buildx is needed for nothing but the images of others', async () => {
  const shop = openShop();
  const deployed = await shop.deploy({
    ...DEPLOY,
    'must-exist': 'references',
    images: `ghcr.io/org/server:v1@${DIGEST}`,
  });
  assertSucceeded(deployed);
  assert.deepEqual(
    deployed.commands.filter((command) => command.startsWith('buildx')),
    [],
  );
  assert.equal(imageOf(shop, SERVER), `ghcr.io/org/server:v1@${DIGEST}`);
});

test('images without a digest: the registry is asked, nothing is built', async () => {
  const shop = openShop();
  shop.world.registry.set(`ghcr.io/org/server:${SHA}`, DIGEST);
  const deployed = await shop.deploy({ ...DEPLOY, images: 'ghcr.io/org/server' });
  assertSucceeded(deployed);
  assert.equal(imageOf(shop, SERVER), `ghcr.io/org/server:${SHA}@${DIGEST}`);
  assert.ok(!deployed.commands.some((command) => command.startsWith('buildx build')));
});

test('a mere build touches no cluster', async () => {
  const shop = openShop();
  const deployed = await shop.deploy(BUILD);
  assertSucceeded(deployed);
  assert.deepEqual([shop.cluster.requests, deployed.outcome.verdict], [[], 'Built and pushed the image of a1b2c3d']);
});

test('set-image changes a workload that is not in the manifests, and nothing when it has the image already', async () => {
  const shop = await shopWithApp();
  await shop.write('k8s/server.yaml', 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n');
  const inputs = {
    kubeconfig: DEPLOY.kubeconfig,
    'set-image': `deployment/server server=ghcr.io/org/server:v2@${DIGEST}`,
  };
  const deployed = await shop.deploy(inputs);
  assertSucceeded(deployed);
  assert.deepEqual(deployed.changing, [`set image deployment/server server=ghcr.io/org/server:v2@${DIGEST}`]);
  assert.deepEqual([imageOf(shop, SERVER), revisionOf(shop, SERVER)], [`ghcr.io/org/server:v2@${DIGEST}`, '2']);
  const again = await shop.deploy(inputs);
  assertSucceeded(again);
  assert.deepEqual([again.changing, again.outputs['changed']], [[], 'false']);
});

test('a namespace that comes with the manifests is created with what is in it', async () => {
  const shop = openShop();
  await shop.write('k8s/0-namespace.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n');
  const deployed = await shop.deploy({ ...BUILD, ...DEPLOY, namespace: 'shop' });
  assertSucceeded(deployed);
  assert.deepEqual(deployed.changing, ['apply']);
  assert.notEqual(shop.cluster.object(SERVER.replace('/default/', '/shop/')), undefined);
});

test('who may not even ask for rights deploys all the same, and is told once that nobody knows them', async () => {
  const shop = openShop();
  for (const review of ['selfsubjectrulesreviews', 'selfsubjectaccessreviews']) {
    shop.cluster.refuse(review, STATUSES.mayNotPatch);
  }

  const { outcome, ui } = await shop.deploy({ ...BUILD, ...DEPLOY });

  assert.equal(outcome.result, 'succeeded', outcome.verdict);
  const said = ui.lines.filter((line) => /nobody says|may not/.test(line));
  assert.equal(said.length, 1, said.join('\n'));
  assert.match(said[0] ?? '', /nobody says whether the kubeconfig's user may get \S+ in default \(and \d+ more\): /);
});

test('every secret is masked, and none is in log, summary, outputs or argv', async () => {
  const shop = openShop();
  const secrets = 'NPM_TOKEN=build-s3cret-value';
  const { ui, masked, commands } = await shop.deploy({ ...BUILD, ...DEPLOY, secrets });
  assert.ok(masked.includes('kubeconfig-token-s3cret'));
  assert.ok(masked.includes('build-s3cret-value'));
  const told = JSON.stringify([ui.lines, ui.markdown, ui.outputs, ui.annotations, commands]);
  assert.doesNotMatch(told, /s3cret/);
});

test('every command of kubectl names its context', async () => {
  const { commands } = await openShop().deploy({ ...BUILD, ...DEPLOY });
  const withoutContext = commands.filter(
    (command) => command.startsWith('kubectl') && !command.includes('--context=prod'),
  );
  assert.deepEqual(withoutContext, ['kubectl version --client -o json']);
});
