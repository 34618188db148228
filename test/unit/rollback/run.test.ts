import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import type { Touched } from '../../../src/rollback/snapshot.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { failureOfWork } from '../../support/failures.ts';
import { merged } from './fake-server.ts';
import { NEW_RUN, object, OLD_RUN, Scene, workload } from './rolling-back.ts';

const config = (name: string, value: string, annotations: JsonObject = NEW_RUN): JsonObject =>
  object('ConfigMap', name, { data: { value } }, annotations);

test('pods start with the old configuration, a created gate goes before all else and what else was created after all else', async () => {
  const scene = new Scene();
  [config('one', '1'), config('two', '1'), workload('app:1')].forEach((old) => scene.server.apply(old));
  scene.deploy(config('new', '1'));
  scene.deploy(config('one', '2'));
  scene.deploy(config('two', '2'));
  scene.deploy(workload('app:2', {}, NEW_RUN));
  scene.deploy(object('ValidatingWebhookConfiguration', 'gate', {}, NEW_RUN));
  await scene.rollBack();
  assert.deepEqual(scene.server.changes, [
    'delete ValidatingWebhookConfiguration/gate',
    'apply ConfigMap/two',
    'apply ConfigMap/one',
    'apply Deployment/server',
    'delete ConfigMap/new',
  ]);
});

test('one that cannot be put back does not keep the others from it', async () => {
  const scene = new Scene();
  ['one', 'two', 'three'].forEach((name) => scene.server.apply(config(name, '1')));
  ['one', 'two', 'three'].forEach((name) => scene.deploy(config(name, '2')));
  scene.server.refusals.set('apply ConfigMap/two', 'Error from server: no');
  const { restored, left } = await scene.rollBack();
  assert.deepEqual(restored, ['ConfigMap/three in shop', 'ConfigMap/one in shop']);
  assert.deepEqual(left, [{ name: 'ConfigMap/two in shop', why: 'Error from server: no' }]);
});

test('when the API server is lost it is waited for once, and what comes after is left', async () => {
  const scene = new Scene();
  ['one', 'two', 'three'].forEach((name) => scene.server.apply(config(name, '1')));
  ['one', 'two', 'three'].forEach((name) => scene.deploy(config(name, '2')));
  let requests = 0;
  scene.server.onRequest = (_method, path) => {
    if (scene.server.changes.length > 0 && path.endsWith('two')) {
      requests += 1;
      throw new DeployError('cluster-unreachable', 'The API server does not answer');
    }
  };
  const { restored, left } = await scene.rollBack();
  const why = 'The API server does not answer';
  assert.deepEqual(restored, ['ConfigMap/three in shop']);
  assert.deepEqual(left, [
    { name: 'ConfigMap/two in shop', why },
    { name: 'ConfigMap/one in shop', why },
  ]);
  assert.equal(requests, 1);
});

test('a cancellation ends it', async () => {
  const scene = new Scene();
  ['one', 'two'].forEach((name) => scene.server.apply(config(name, '1')));
  ['one', 'two'].forEach((name) => scene.deploy(config(name, '2')));
  scene.server.onChange = () => {
    scene.isCancelled = true;
  };
  assert.equal((await failureOfWork(async () => scene.rollBack())).code, 'cancelled');
  assert.deepEqual(scene.server.changes, ['apply ConfigMap/two']);
});

test('a cancellation ends it in the midst of an object', async () => {
  const scene = new Scene();
  const before = scene.server.put(config('one', '1', {}));
  scene.touch(before, 'applied', config('one', '2', {}));
  scene.server.put(config('one', '2', {}));
  scene.server.onChange = () => {
    scene.isCancelled = true;
  };
  assert.equal((await failureOfWork(async () => scene.rollBack())).code, 'cancelled');
  assert.deepEqual(scene.server.changes, ['patch ConfigMap/one']);
});

test('each command is announced before it runs', async () => {
  const scene = new Scene();
  scene.server.apply(config('one', '1'));
  scene.deploy(config('one', '2'));
  let announced = 0;
  scene.server.onChange = () => {
    announced = scene.heard.filter(({ kind }) => kind === 'changing').length;
  };
  await scene.rollBack();
  assert.equal(announced, 1);
  const [first] = scene.heard;
  assert.equal(first?.kind === 'changing' ? first.subject : '', 'ConfigMap/one in shop as it was before');
});

test('a workload that was applied and restarted is named once', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1', { paused: false }));
  const live = scene.server.objects.get('Deployment/server');
  const wanted = workload('app:1', { paused: true }, NEW_RUN);
  const applied = scene.deploy(wanted);
  scene.touched.push(...scene.touched.map((touched): Touched => ({ ...touched, how: 'restarted' })));
  const mark = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T12:00:00Z' };
  scene.server.put(merged(applied, { spec: { template: { metadata: { annotations: mark } } } }));
  const { restored, workloads, left } = await scene.rollBack();
  assert.deepEqual([restored, workloads.length, left], [['Deployment/server in shop'], 1, []]);
  assert.deepEqual(scene.server.objects.get('Deployment/server')?.['spec'], live?.['spec']);
});

const pod = (name: string, revision: string, ready: 'True' | 'False', owner = 'sts-uid'): JsonObject => ({
  kind: 'Pod',
  metadata: { name, labels: { 'controller-revision-hash': revision }, ownerReferences: [{ uid: owner }] },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

const sts = (image: string, annotations: typeof OLD_RUN): JsonObject => workload(image, {}, annotations, 'StatefulSet');

test('a workload of which only the restart was undone is not named as untouched too', async () => {
  const scene = new Scene();
  const live = scene.server.apply(workload('app:1'));
  scene.touch(workload('app:1'), 'applied', live);
  scene.touch(workload('app:1'), 'restarted');
  const mark = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T12:00:00Z' };
  scene.server.put(merged(live, { spec: { template: { metadata: { annotations: mark } } } }));
  const { restored, untouched } = await scene.rollBack();
  assert.deepEqual([restored, untouched], [['Deployment/server in shop'], []]);
});

/** A StatefulSet whose controller sees the restored template after some looks. */
function statefulSet(looksUntilObserved: number): Scene {
  const scene = new Scene();
  const status = { observedGeneration: 1, updateRevision: 'r1', currentRevision: 'r0' };
  scene.server.put(merged(scene.server.apply(sts('db:1', OLD_RUN)), { status, metadata: { uid: 'sts-uid' } }));
  scene.deploy(sts('db:2', NEW_RUN));
  const generation = { status: { ...status, updateRevision: 'r2' }, metadata: { generation: 3 } };
  const live = scene.server.put(merged(scene.server.objects.get('StatefulSet/server'), generation));
  [
    pod('db-2', 'r2', 'False'),
    pod('db-9', 'r2', 'False'),
    pod('db-10', 'r2', 'False'),
    pod('db-3', 'r2', 'True'),
    pod('db-1', 'r1', 'False'),
    pod('db-0', 'r0', 'False'),
    pod('other-0', 'r9', 'False', 'other'),
  ].forEach((one) => scene.server.put(one));
  let looks = 0;
  scene.server.onRequest = (method, path) => {
    looks += method === 'GET' && path === '/apis/statefulsets/server' && scene.server.changes.length > 0 ? 1 : 0;
    if (looks === looksUntilObserved) {
      const now = scene.server.objects.get('StatefulSet/server') ?? live;
      scene.server.put(merged(now, { status: { observedGeneration: 3, updateRevision: 'r1' } }));
    }
  };
  return scene;
}

test('broken pods of the failed revision of a StatefulSet are deleted, the highest ordinal first, and no others', async () => {
  const scene = statefulSet(6);
  assert.deepEqual((await scene.rollBack()).restored, ['StatefulSet/server in shop']);
  assert.deepEqual(scene.server.changes, ['apply StatefulSet/server', 'delete Pod/db-10,db-9,db-2']);
});

test('a StatefulSet whose pods cannot be deleted is restored all the same, and that is said', async () => {
  const scene = statefulSet(3);
  scene.server.refusals.set('delete Pod/db-10,db-9,db-2', 'Error from server (Forbidden): no');
  const { restored, left, workloads } = await scene.rollBack();
  assert.deepEqual([restored, workloads.length], [['StatefulSet/server in shop'], 1]);
  assert.deepEqual(left, [{ name: 'StatefulSet/server in shop', why: 'Error from server (Forbidden): no' }]);
});
