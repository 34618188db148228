import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  entryOf,
  formatEntry,
  inventoryAfter,
  inventoryBefore,
  inventoryObjectName,
  parseEntry,
  type Inventory,
} from '../../../src/apply/inventory.ts';
import { readInventory } from '../../../src/apply/read-inventory.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Target } from '../../../src/kube/target.ts';
import { textAt } from '../../../src/values/json.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { targetFor } from '../../support/target-for.ts';

const SCOPE = { name: 'shop', namespace: 'prod', repository: 'org/shop' };

const targetOfLine = (line: string): Target => {
  const { group = '', kind = '', namespace = '', name = '' } = parseEntry(line) ?? {};
  const apiVersion = group === '' ? 'v1' : `${group}/v1`;
  return targetFor(
    JSON.stringify({ apiVersion, kind, metadata: { name, ...(namespace === '' ? {} : { namespace }) } }),
  );
};

for (const [yaml, line] of [
  ['{ apiVersion: apps/v1, kind: Deployment, metadata: { name: server } }', 'apps/Deployment/shop/server'],
  ['{ apiVersion: v1, kind: ConfigMap, metadata: { name: agent, namespace: other } }', '/ConfigMap/other/agent'],
  ['{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }', '/Namespace//shop'],
  [
    '{ apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: { name: "shop:reader" } }',
    'rbac.authorization.k8s.io/ClusterRole//shop:reader',
  ],
] as const) {
  test(`an object is one line of the inventory, and can be read again: ${line}`, () => {
    const entry = entryOf(targetFor(yaml));
    assert.equal(formatEntry(entry), line);
    assert.deepEqual(parseEntry(line), entry);
  });
}

for (const line of ['', 'agent', 'ConfigMap/shop/agent', '/ConfigMap/shop/', '//shop/agent', 'a/B/c/d/e']) {
  test(`"${line}" is no object`, () => assert.equal(parseEntry(line), undefined));
}

test('an inventory is called after its name', () => {
  assert.equal(inventoryObjectName('shop-1a2b'), 'k8s-deploy-inventory-shop-1a2b');
});

for (const name of ['Shop', 'org/shop', 'a_b', 'a b', 'é', '-', 'x'.repeat(300), 'a.'.repeat(200)]) {
  test(`an inventory named "${name.slice(0, 12)}" gets a name that an object may have`, () => {
    assert.match(inventoryObjectName(name), /^[a-z0-9]([a-z0-9-]{0,251})[a-z0-9]$/);
  });
}

test('names that become alike are told apart', () => {
  const names = ['shop', 'Shop', 'SHOP', 'a_b', 'a b', 'a-b', `${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`];
  assert.equal(new Set(names.map(inventoryObjectName)).size, names.length);
});

const A = '/ConfigMap/shop/a';
const B = 'apps/Deployment/shop/b';
const OLD = '/ConfigMap/shop/old';
const NEW = '/Secret/shop/new';

const stored = (...lines: readonly string[]): Inventory => ({
  scope: SCOPE,
  entries: lines.map(parseEntry).filter((entry) => entry !== undefined),
});
const linesIn = (object: KubeObject | undefined): readonly string[] | undefined =>
  textAt(object, 'data', 'objects')?.split('\n');

for (const [says, inventory, set, before, after] of [
  ['the first deploy', undefined, [B, A], [A, B], undefined],
  ['the same set again', stored(A, B), [B, A], undefined, undefined],
  ['an object that is new', stored(A), [A, NEW], [A, NEW], undefined],
  ['an object that left', stored(A, OLD), [A], undefined, [A]],
  ['one that is new and one that left', stored(A, OLD), [A, NEW], [A, OLD, NEW], [A, NEW]],
  ['an object that is in the set twice', stored(A), [A, A], undefined, undefined],
  ['nothing at all', undefined, [], undefined, undefined],
] as const) {
  test(`${says}: ${before === undefined ? 'no write' : 'a write'} before, ${after === undefined ? 'none' : 'one'} after`, () => {
    const targets = set.map(targetOfLine);
    assert.deepEqual(linesIn(inventoryBefore(SCOPE, inventory, targets)), before);
    assert.deepEqual(linesIn(inventoryAfter(SCOPE, inventory, targets)), after);
  });
}

test('the inventory is a ConfigMap of the deploy, labelled, with the repository', () => {
  assert.deepEqual(inventoryBefore(SCOPE, undefined, [targetOfLine(A)]), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'k8s-deploy-inventory-shop',
      namespace: 'prod',
      labels: { 'app.kubernetes.io/managed-by': 'k8s-deploy' },
    },
    data: { objects: A, repository: 'org/shop' },
  });
});

const PATH = '/api/v1/namespaces/prod/configmaps/k8s-deploy-inventory-shop';
const written = (): KubeObject => {
  const object = inventoryBefore(SCOPE, undefined, [targetOfLine(A), targetOfLine(B)]);
  assert.ok(object !== undefined);
  return object;
};

test('what was written is read again', async () => {
  assert.deepEqual(await readInventory(SCOPE, fakeApi({ [PATH]: written() })), {
    inventory: stored(A, B),
    findings: [],
  });
});

test('an inventory of nothing is one', async () => {
  const object = { ...written(), data: { objects: '', repository: 'org/shop' } };
  assert.deepEqual((await readInventory(SCOPE, fakeApi({ [PATH]: object }))).inventory, stored());
});

test('without an inventory nothing is pruned, and nothing is wrong', async () => {
  assert.deepEqual(await readInventory(SCOPE, fakeApi({})), { inventory: undefined, findings: [] });
});

for (const [says, change, message] of [
  [
    'is of another repository',
    { data: { objects: A, repository: 'org/other' } },
    'is the inventory of org/other, and this deploy is of org/shop',
  ],
  [
    'has a line that is no object',
    { data: { objects: `${A}\nrm -rf`, repository: 'org/shop' } },
    'cannot be read: "rm -rf" is not group/Kind/namespace/name',
  ],
  ['has no list', { data: { repository: 'org/shop' } }, 'is no inventory: data.objects or data.repository is missing'],
  ['has no repository', { data: { objects: A } }, 'is no inventory: data.objects or data.repository is missing'],
  [
    'somebody else wrote',
    { metadata: { name: 'k8s-deploy-inventory-shop' } },
    'is no inventory of this action: it has no label app.kubernetes.io/managed-by: k8s-deploy',
  ],
] as const) {
  test(`an inventory that ${says} is refused`, async () => {
    const { inventory, findings } = await readInventory(SCOPE, fakeApi({ [PATH]: { ...written(), ...change } }));
    assert.equal(inventory, undefined);
    assert.deepEqual(
      findings.map(({ code, problem }) => [code, problem.message]),
      [['prune-refused', `ConfigMap/k8s-deploy-inventory-shop in prod ${message}`]],
    );
    assert.match(findings[0]?.problem.hint ?? '', /inventory/);
  });
}

test('an inventory that may not be read is a failure', async () => {
  const api = fakeApi({ [PATH]: { kind: 'Status', code: 403, message: 'no' } });
  assert.equal((await failureOfWork(async () => readInventory(SCOPE, api))).code, 'access-denied');
});
