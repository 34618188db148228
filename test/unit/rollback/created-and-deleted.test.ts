import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueAt, type JsonObject } from '../../../src/values/json.ts';
import { merged, valueOf } from './fake-server.ts';
import { NEW_RUN, object, OLD_RUN, Scene, workload } from './rolling-back.ts';

/** A run on a cluster that has something already: its first deploy was long ago. */
function laterDeploy(): Scene {
  const scene = new Scene();
  scene.server.apply(object('ConfigMap', 'old', { data: {} }));
  scene.deploy(object('ConfigMap', 'old', { data: {} }));
  return scene;
}

test('what the run created is deleted, the last first; what it never came to is not asked for', async () => {
  const scene = laterDeploy();
  scene.deploy(object('ConfigMap', 'new', { data: { a: '1' } }, NEW_RUN));
  scene.deploy(workload('app:1', {}, NEW_RUN));
  scene.touch(object('Service', 'server'), 'applied', object('Service', 'server'));
  assert.deepEqual(await scene.rollBack(), {
    restored: [],
    deleted: ['Deployment/server in shop', 'ConfigMap/new in shop'],
    untouched: ['ConfigMap/old in shop', 'Service/server in shop'],
    left: [],
    workloads: [],
  });
  assert.deepEqual(scene.server.changes, ['delete Deployment/server', 'delete ConfigMap/new']);
});

test('a created object without our mark is deleted only if it is as the dry run foretold', async () => {
  const made = object('ConfigMap', 'new', { data: { a: '1' } });
  for (const [data, annotations, deleted] of [
    [{ a: '1' }, {}, 1],
    [{ a: '2' }, {}, 0],
    [{ a: '2' }, NEW_RUN, 1],
    [{ a: '1' }, OLD_RUN, 0],
  ] as const) {
    const scene = laterDeploy();
    scene.touch(made, 'applied', made);
    scene.server.put(object('ConfigMap', 'new', { data }, annotations));
    const result = await scene.rollBack();
    assert.deepEqual([result.deleted.length, result.left.length], [deleted, 1 - deleted]);
  }
});

for (const kind of ['PersistentVolumeClaim', 'PersistentVolume', 'Namespace', 'CustomResourceDefinition']) {
  test(`a ${kind} that the run created stays, because of its data`, async () => {
    const scene = laterDeploy();
    scene.deploy(object(kind, 'data', {}, NEW_RUN));
    const { left, deleted } = await scene.rollBack('rollback-or-delete');
    const why = 'this run has created it, and data may be lost with it';
    assert.deepEqual([deleted, left], [[], [{ name: `${kind}/data in shop`, why }]]);
  });
}

test('a first deploy stays as it is, unless that is wished otherwise', async () => {
  for (const [wish, left, changes] of [
    ['rollback', ['ConfigMap/new in shop'], []],
    ['keep', ['ConfigMap/new in shop'], []],
    ['rollback-or-delete', [], ['delete ConfigMap/new']],
  ] as const) {
    const scene = new Scene();
    scene.deploy(object('ConfigMap', 'new', {}, NEW_RUN));
    scene.touch(object('Service', 'server'), 'applied');
    const result = await scene.rollBack(wish);
    assert.deepEqual(
      result.left.map(({ name }) => name),
      left,
    );
    assert.deepEqual([result.untouched, scene.server.changes], [['Service/server in shop'], changes]);
  }
});

/** An object that is there, and then pruned or replaced. */
function deleted(scene: Scene, live: JsonObject): JsonObject {
  const before = scene.server.put(live);
  scene.touch(before, 'deleted');
  scene.server.objects.delete(`${String(live['kind'])}/${String(valueAt(live, 'metadata', 'name'))}`);
  return before;
}

test('a pruned workload is created again with its old owners, and its rollout is seen through', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1', { replicas: 3 }));
  const before = deleted(scene, merged(scene.server.objects.get('Deployment/server'), { status: { replicas: 3 } }));
  const { restored, workloads } = await scene.rollBack();
  assert.deepEqual([restored, workloads.length], [['Deployment/server in shop'], 1]);
  const now = scene.server.objects.get('Deployment/server');
  assert.deepEqual([now?.['spec'], now?.['status']], [before['spec'], undefined]);
  assert.notEqual(valueAt(now, 'metadata', 'uid'), valueAt(before, 'metadata', 'uid'));
  assert.deepEqual(valueAt(now, 'metadata', 'managedFields'), valueAt(before, 'metadata', 'managedFields'));
  assert.deepEqual(scene.server.changes, ['create Deployment/server', 'patch Deployment/server']);
});

test('an object whose owners the server does not take back counts as restored', async () => {
  const scene = new Scene();
  scene.server.apply(object('ConfigMap', 'agent', { data: {} }));
  deleted(scene, scene.server.objects.get('ConfigMap/agent') ?? {});
  scene.server.refusals.set('patch ConfigMap/agent', 'no');
  assert.deepEqual((await scene.rollBack()).restored, ['ConfigMap/agent in shop']);
  assert.ok(scene.heard.some((happening) => happening.kind === 'note' && happening.text.endsWith('now: no')));
});

test('an object that was to be pruned and is still there is left alone', async () => {
  const scene = new Scene();
  scene.touch(scene.server.put(object('ConfigMap', 'agent')), 'deleted');
  const { untouched } = await scene.rollBack();
  assert.deepEqual([untouched, scene.server.changes], [['ConfigMap/agent in shop'], []]);
});

test('an object that is going away is waited for, but not for ever', async () => {
  for (const [looks, left] of [
    [3, []],
    [99, ['it is still being deleted']],
  ] as const) {
    const scene = new Scene();
    const before = scene.server.put(object('ConfigMap', 'agent'));
    scene.touch(before, 'deleted');
    scene.server.put(merged(before, { metadata: { deletionTimestamp: '2026-11-21T12:00:00Z' } }));
    let seen = 0;
    scene.server.onRequest = () => {
      seen += 1;
      if (seen > looks) {
        scene.server.objects.delete('ConfigMap/agent');
      }
    };
    assert.deepEqual(
      (await scene.rollBack()).left.map(({ why }) => why),
      left,
    );
  }
});

test('a pruned claim is not created again, since its data would not come back', async () => {
  const scene = new Scene();
  deleted(scene, object('PersistentVolumeClaim', 'data'));
  assert.match((await scene.rollBack()).left[0]?.why ?? '', /would not bring its data back/);
  assert.deepEqual(scene.server.changes, []);
});

const job = (more: JsonObject, annotations: JsonObject, uid: string): JsonObject => ({
  ...object('Job', 'migrate', {}, annotations),
  apiVersion: 'batch/v1',
  spec: {
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    template: { metadata: { labels: { 'controller-uid': uid, 'batch.kubernetes.io/controller-uid': uid, app: 'm' } } },
  },
  ...more,
});
const COMPLETE = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };

test('a running Job that the run replaced runs again, under marks of its own; the one of the run is deleted', async () => {
  const scene = new Scene();
  deleted(scene, job({}, OLD_RUN, 'u1'));
  scene.touch(job({}, NEW_RUN, 'u2'), 'applied');
  scene.server.put(job({}, NEW_RUN, 'u2'));
  const { restored, left } = await scene.rollBack();
  assert.deepEqual([restored, left], [['Job/migrate in shop'], []]);
  assert.deepEqual(scene.server.changes, ['delete Job/migrate', 'create Job/migrate']);
  assert.deepEqual(valueOf(scene.server, 'Job/migrate', 'spec'), { template: { metadata: { labels: { app: 'm' } } } });
});

test('a Job with a selector of its own keeps it', async () => {
  const scene = new Scene();
  const own = { spec: { manualSelector: true, selector: { matchLabels: { 'controller-uid': 'mine' } } } };
  const before = deleted(scene, job(own, OLD_RUN, 'u1'));
  await scene.rollBack();
  assert.deepEqual(valueOf(scene.server, 'Job/migrate', 'spec'), before['spec']);
});

for (const [says, now, changes] of [
  ['stays when it has finished too', COMPLETE, []],
  ['is stopped when it is still running', {}, ['delete Job/migrate']],
] as const) {
  test(`a finished Job that was replaced is not run again; the one of the run ${says}`, async () => {
    const scene = new Scene();
    deleted(scene, job(COMPLETE, OLD_RUN, 'u1'));
    scene.server.put(job(now, NEW_RUN, 'u2'));
    const { left, restored } = await scene.rollBack();
    assert.deepEqual([restored, left.map(({ why }) => why)], [[], ['it had finished before, and is not run again']]);
    assert.deepEqual(scene.server.changes, changes);
  });
}

for (const [says, old, now] of [
  ['an object', object('ConfigMap', 'agent'), object('ConfigMap', 'agent', { data: { a: '1' } })],
  ['an object, though of this run,', object('ConfigMap', 'agent'), object('ConfigMap', 'agent', {}, NEW_RUN)],
  ['a Job of somebody else', job({}, OLD_RUN, 'u1'), job({}, {}, 'u3')],
] as const) {
  test(`${says} that has the name of a deleted one now is not replaced`, async () => {
    const scene = new Scene();
    deleted(scene, old);
    scene.server.put(now);
    assert.equal((await scene.rollBack()).left[0]?.why, 'there is another object of that name now');
    assert.deepEqual(scene.server.changes, []);
  });
}
