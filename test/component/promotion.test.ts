import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUILD, DEPLOY, openShop, type Deployed, type Shop } from './deploying.ts';

const IMAGE = 'ghcr.io/org/server';

const recordsIn = ({ world }: Shop): readonly string[] =>
  [...world.registry.keys()].filter((reference) => reference.includes(':verified-'));

const staging = (shop: Shop): Promise<Deployed> => shop.deploy({ ...BUILD, ...DEPLOY, environment: 'staging' });

const production = (shop: Shop, images: string): Promise<Deployed> =>
  shop.deploy({ ...DEPLOY, images, environment: 'production', 'require-verified': 'staging' });

test('what was rolled out in staging may go to production, with a record each', async () => {
  const shop = openShop();

  const first = await staging(shop);
  const second = await production(shop, first.outputs['images'] ?? '');

  assert.equal(second.outputs['result'], 'succeeded', second.outcome.verdict);
  const [, digits = ''] = (first.outputs['digest'] ?? '').split(':');
  assert.deepEqual(recordsIn(shop), [`${IMAGE}:verified-staging-${digits}`, `${IMAGE}:verified-production-${digits}`]);
});

test('what nobody verified is stopped before the cluster is touched', async () => {
  const shop = openShop();

  const { outputs, changing } = await production(shop, `${IMAGE}@sha256:${'0'.repeat(64)}`);

  assert.deepEqual([outputs['reason'], outputs['changed'], changing], ['not-verified', 'false', []]);
  assert.deepEqual(recordsIn(shop), []);
});

test('a rollout that fails writes no record', async () => {
  const shop = openShop();
  shop.cluster.behave('server', { kind: 'crashes', log: 'Error: no database' });

  const { outputs } = await staging(shop);

  assert.equal(outputs['result'], 'failed');
  assert.deepEqual(recordsIn(shop), []);
});

test('without an environment there is no record', async () => {
  const shop = openShop();

  await shop.deploy({ ...BUILD, ...DEPLOY });

  assert.deepEqual(recordsIn(shop), []);
});

test('buildx, which only the record needs, is looked for before anything is changed', async () => {
  const shop = openShop();

  const { commands, outputs } = await shop.deploy({
    ...DEPLOY,
    images: `${IMAGE}@sha256:${'0'.repeat(64)}`,
    environment: 'staging',
  });

  assert.equal(outputs['result'], 'succeeded');
  const [buildx, apply] = ['buildx version', ' apply '].map((words) =>
    commands.findIndex((line) => line.includes(words)),
  );
  assert.ok(buildx !== undefined && apply !== undefined && buildx >= 0 && buildx < apply, commands.join('\n'));
});
