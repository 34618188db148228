import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textAt, type JsonObject } from '../../src/values/json.ts';
import { APP, DEPLOY, openShop, SHA, type Shop } from './deploying.ts';

/** Other runs that deploy to the same place meanwhile. */

const OLDER = 'a'.repeat(40);
const NEWER = 'b'.repeat(40);
const CONFIG = '/api/v1/namespaces/default/configmaps/agent';
const AGENT = '/apis/apps/v1/namespaces/default/deployments/agent';
const AGAIN = 'An older commit was deployed over this one meanwhile: it is applied once more';

async function openShopWithHistory(): Promise<Shop> {
  const shop = openShop();
  shop.world.history.push(OLDER, SHA, NEWER);
  await shop.write('k8s/server.yaml', APP['k8s/server.yaml'].replace('ghcr.io/org/server', 'server:1.0'));
  return shop;
}

/** What the run of another commit leaves on an object. */
function deployElsewhere(shop: Shop, path: string, commit: string, content: JsonObject = {}): void {
  const annotations = { 'k8s-deploy/commit': commit, 'k8s-deploy/repository': 'org/app' };
  const object = shop.cluster.object(path);
  assert.ok(object !== undefined);
  shop.cluster.store(path, { ...object, ...content, metadata: { ...object.metadata, annotations } });
}

/** Does something once, before the first command of these words. */
function once(shop: Shop, words: string, act: () => void): void {
  let isDone = false;
  shop.world.before = (command) => {
    if (!isDone && command.startsWith(words)) {
      isDone = true;
      act();
    }
  };
}

test('a newer commit that is deployed while a wave is waited for: the next wave is not applied, and the run is stale', async () => {
  const shop = await openShopWithHistory();
  const waved = APP['k8s/agent.yaml'].replace(
    '  name: agent\n',
    '  name: agent\n  annotations: { k8s-deploy/wave: "1" }\n',
  );
  await shop.write('k8s/agent.yaml', waved);
  once(shop, 'rollout status', () => deployElsewhere(shop, CONFIG, NEWER));

  const { outcome, changing } = await shop.deploy(DEPLOY);

  assert.deepEqual([outcome.result, outcome.reason], ['failed', 'stale'], outcome.verdict);
  assert.match(outcome.verdict, /^a1b2c3d is older than bbbbbbb, which is live in ConfigMap\/agent in default$/);
  assert.deepEqual(changing, ['apply']);
  assert.equal(shop.cluster.object(AGENT), undefined);
});

test('with allow-downgrade the next wave is applied whatever is live', async () => {
  const shop = await openShopWithHistory();
  const waved = APP['k8s/agent.yaml'].replace(
    '  name: agent\n',
    '  name: agent\n  annotations: { k8s-deploy/wave: "1" }\n',
  );
  await shop.write('k8s/agent.yaml', waved);
  once(shop, 'rollout status', () => deployElsewhere(shop, CONFIG, NEWER));

  const { outcome, changing } = await shop.deploy({ ...DEPLOY, 'allow-downgrade': 'true' });

  assert.equal(outcome.result, 'succeeded', outcome.verdict);
  assert.deepEqual(changing, ['apply', 'apply']);
});

test('configuration that an older commit took back while the rollouts were waited for is applied once more', async () => {
  const shop = await openShopWithHistory();
  once(shop, 'rollout status', () => deployElsewhere(shop, CONFIG, OLDER, { data: { key: 'old', level: 'old' } }));

  const { outcome, changing, ui } = await shop.deploy(DEPLOY);

  assert.equal(outcome.result, 'succeeded', outcome.verdict);
  assert.deepEqual(changing.slice(0, 2), ['apply', 'apply']);
  assert.equal(ui.lines.filter((line) => line.includes(AGAIN)).length, 1);
  assert.equal(textAt(shop.cluster.object(CONFIG), 'data', 'level'), 'info');
});

for (const [whose, commit] of [
  ['a newer one', NEWER],
  ['one that nobody knows', 'c'.repeat(40)],
] as const) {
  test(`configuration of another commit is left alone: ${whose}`, async () => {
    const shop = await openShopWithHistory();
    once(shop, 'rollout status', () => deployElsewhere(shop, CONFIG, commit, { data: { level: 'theirs' } }));

    const { outcome, changing } = await shop.deploy(DEPLOY);

    assert.equal(outcome.result, 'succeeded', outcome.verdict);
    assert.deepEqual(changing, ['apply']);
    assert.equal(textAt(shop.cluster.object(CONFIG), 'data', 'level'), 'theirs');
  });
}
