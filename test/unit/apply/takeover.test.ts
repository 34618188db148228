import assert from 'node:assert/strict';
import { test } from 'node:test';
import { union, type FieldTree } from '../../../src/kube/field-tree.ts';
import { isDeclaring, isKubectlsOwn, managerInConflict } from '../../../src/kube/field-managers.ts';
import { planTakeover } from '../../../src/apply/takeover.ts';
import type { JsonObject } from '../../../src/values/json.ts';

const IMAGE: FieldTree = {
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"b"}': { 'f:image': {} } } } } },
};
const LABELS = (...names: readonly string[]): FieldTree => ({
  'f:metadata': { 'f:labels': Object.fromEntries(names.map((name) => [`f:${name}`, {}])) },
});
const REPLICAS: FieldTree = { 'f:spec': { 'f:replicas': {} } };
const RESTARTED_AT: FieldTree = {
  'f:spec': {
    'f:template': { 'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/restartedAt': {} } } },
  },
};

const entry = (manager: string, fieldsV1: FieldTree, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  manager,
  operation: 'Update',
  time: '2026-11-21T11:28:50Z',
  ...more,
});
const own = (fieldsV1: FieldTree): JsonObject => entry('k8s-deploy', fieldsV1, { operation: 'Apply' });
const objectWith = (...managedFields: readonly JsonObject[]): JsonObject => ({ metadata: { managedFields } });

test('what kubectl apply, set and edit own goes over to us, and nothing of theirs stays', () => {
  const takeover = planTakeover(
    objectWith(
      entry('kubectl-client-side-apply', LABELS('app')),
      entry('kubectl-set', IMAGE),
      entry('kubectl-edit', REPLICAS),
    ),
    objectWith(own(LABELS('app'))),
  );
  assert.deepEqual(takeover, {
    from: ['kubectl-client-side-apply', 'kubectl-set', 'kubectl-edit'],
    managedFields: [{ ...entry('k8s-deploy', union(union(LABELS('app'), IMAGE), REPLICAS)), operation: 'Apply' }],
  });
});

test('what we own already stays ours', () => {
  const takeover = planTakeover(
    objectWith(own(LABELS('app')), entry('kubectl-set', IMAGE)),
    objectWith(own(LABELS('app'))),
  );
  assert.deepEqual(takeover?.managedFields, [own(union(LABELS('app'), IMAGE))]);
});

test('the mark of a rollout restart stays with its owner: without it everything would restart once more', () => {
  const restart = entry('kubectl-rollout', RESTARTED_AT);
  assert.equal(planTakeover(objectWith(own(IMAGE), restart), objectWith(own(IMAGE))), undefined);
  const takeover = planTakeover(objectWith(restart, entry('kubectl-set', IMAGE)), objectWith(own(IMAGE)));
  assert.deepEqual(takeover?.managedFields, [own(IMAGE), restart]);
});

for (const manager of ['kubectl-label', 'kubectl-annotate', 'kubectl-scale']) {
  test(`of ${manager} only what the manifest has too goes over`, () => {
    const live = objectWith(entry(manager, LABELS('tier', 'app')));
    assert.deepEqual(planTakeover(live, objectWith(own(LABELS('app'))))?.managedFields, [
      own(LABELS('app')),
      entry(manager, LABELS('tier')),
    ]);
    assert.equal(planTakeover(live, objectWith(own(IMAGE))), undefined);
  });
}

for (const [says, other] of [
  ['of another tool', entry('helm', IMAGE, { operation: 'Apply' })],
  ['of an autoscaler', entry('kube-controller-manager', REPLICAS, { subresource: 'scale' })],
  ['of a status', entry('kubectl', { 'f:status': { 'f:phase': {} } }, { subresource: 'status' })],
  ['of a controller', entry('kube-controller-manager-9737d25bcb3da786', { 'f:status': {} }, { subresource: 'status' })],
] as const) {
  test(`fields ${says} stay where they are`, () => {
    assert.equal(planTakeover(objectWith(other), objectWith(own(IMAGE))), undefined);
    const takeover = planTakeover(objectWith(other, entry('kubectl-set', IMAGE)), objectWith(own(IMAGE)));
    assert.deepEqual(takeover?.managedFields, [own(IMAGE), other]);
  });
}

test('replicas of kubectl scale are taken over when the manifest has replicas, as a field of the object itself', () => {
  const live = objectWith(entry('kubectl', REPLICAS, { subresource: 'scale' }));
  assert.deepEqual(planTakeover(live, objectWith(own(REPLICAS)))?.managedFields, [own(REPLICAS)]);
});

test('replicas of kubectl scale stay as they are when the manifest leaves them open', () => {
  const live = objectWith(own(IMAGE), entry('kubectl', REPLICAS, { subresource: 'scale' }));
  assert.equal(planTakeover(live, objectWith(own(IMAGE))), undefined);
});

test('there is nothing to take over from an object that only we applied', () => {
  assert.equal(planTakeover(objectWith(own(IMAGE)), objectWith(own(IMAGE))), undefined);
  assert.equal(planTakeover({}, {}), undefined);
});

for (const [manager, kubectls, declaring] of [
  ['kubectl', true, true],
  ['kubectl-client-side-apply', true, true],
  ['kubectl-rollout', true, true],
  ['kubectl-label', true, false],
  ['kubectlx', false, false],
  ['helm', false, false],
  ['k8s-deploy', false, false],
] as const) {
  test(`${manager} is ${kubectls ? "one of kubectl's own managers" : 'somebody else'}`, () => {
    assert.deepEqual([isKubectlsOwn(manager), isDeclaring(manager)], [kubectls, declaring]);
  });
}

test("the manager of a conflict is read from the server's words", () => {
  assert.equal(managerInConflict('conflict with "helm" using apps/v1 at 2026-11-21T11:28:49Z'), 'helm');
  assert.equal(managerInConflict('something else'), 'unknown');
});
