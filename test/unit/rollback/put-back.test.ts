import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whoChanged } from '../../../src/rollback/verdict.ts';
import { objectsAt, valueAt, type JsonObject } from '../../../src/values/json.ts';
import { byAnother, merged, valueOf } from './fake-server.ts';
import { NEW_RUN, object, Scene, workload } from './rolling-back.ts';

const SERVER = 'Deployment/server';
const IMAGE = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;

test('fields that were changed, added or removed are as before, and so are our own annotations', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1', { minReadySeconds: 5, paused: false }));
  const before = scene.stateOf(SERVER);
  scene.deploy(workload('app:2', { paused: true, revisionHistoryLimit: 3 }, NEW_RUN));
  assert.deepEqual(await scene.rollBack(), {
    restored: ['Deployment/server in shop'],
    deleted: [],
    untouched: [],
    left: [],
    workloads: [{ kind: 'Deployment', namespace: 'shop', name: 'server' }],
  });
  assert.deepEqual(scene.stateOf(SERVER), before);
  assert.deepEqual(scene.server.changes, ['apply Deployment/server']);
});

const withEnv = (...names: readonly string[]): JsonObject =>
  workload('app:1', {
    template: { spec: { containers: [{ name: 'app', env: names.map((name) => ({ name, value: name })) }] } },
  });

test('an element that was added to a list goes, one that was removed comes back, in the old order', async () => {
  const scene = new Scene();
  scene.server.apply(withEnv('B', 'A'));
  const before = scene.stateOf(SERVER);
  scene.deploy(withEnv('C', 'A'));
  await scene.rollBack();
  assert.deepEqual(scene.stateOf(SERVER), before);
});

test('an object that the run never came to is left as it is, and nothing is run', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1'));
  scene.touch(workload('app:2', {}, NEW_RUN), 'applied', scene.server.apply(workload('app:2', {}, NEW_RUN), false));
  const { untouched, workloads } = await scene.rollBack();
  assert.deepEqual([untouched, workloads, scene.server.changes], [['Deployment/server in shop'], [], []]);
});

test('an object of which only our own annotations changed gets the old ones', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1'));
  const before = scene.stateOf(SERVER);
  scene.deploy(workload('app:1', {}, NEW_RUN));
  assert.deepEqual((await scene.rollBack()).restored, ['Deployment/server in shop']);
  assert.deepEqual(scene.stateOf(SERVER), before);
});

test('what somebody else has changed since is left alone, and who it was is said', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1'));
  const live = scene.deploy(workload('app:2', {}, NEW_RUN));
  scene.server.put(
    byAnother(live, { spec: { template: { spec: { containers: [{ name: 'app', image: 'app:mine' }] } } } }),
  );
  const { left, restored } = await scene.rollBack();
  const why = 'kubectl-edit has changed it since, at 2026-11-21T12:00:00Z';
  assert.deepEqual([restored, left], [[], [{ name: 'Deployment/server in shop', why }]]);
  assert.equal(valueOf(scene.server, SERVER, ...IMAGE), 'app:mine');
});

test('who is named has changed it after the snapshot', () => {
  const byHelm = byAnother({}, {}, 'helm');
  const [helm, edit] = [byHelm, byAnother({}, {})].flatMap((one) => objectsAt(one, 'metadata', 'managedFields'));
  const live = { metadata: { managedFields: [{ ...helm, time: '2026-11-21T11:00:00Z' }, edit] } };
  const later = { metadata: { managedFields: [{ ...edit, time: '2026-11-21T11:00:00Z' }, helm, edit] } };
  assert.match(whoChanged({}, live), /^kubectl-edit /);
  assert.match(whoChanged({ metadata: { managedFields: [edit] } }, later), /^helm /);
  assert.equal(whoChanged(live, live), 'somebody has changed it since');
});

test('what somebody else has changed elsewhere in the object stays', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1'));
  const live = scene.deploy(workload('app:2', {}, NEW_RUN));
  scene.server.put(byAnother(live, { metadata: { labels: { tier: 'web' } }, spec: { paused: true } }));
  assert.deepEqual((await scene.rollBack()).left, []);
  const now = scene.server.objects.get(SERVER);
  assert.deepEqual(
    [valueAt(now, ...IMAGE), valueAt(now, 'spec', 'paused'), valueAt(now, 'metadata', 'labels')],
    ['app:1', true, { tier: 'web' }],
  );
});

for (const [says, annotations, why] of [
  ['run', { ...NEW_RUN, 'k8s-deploy/run': 'https://example.com/runs/3' }, 'https://example.com/runs/3'],
  ['commit', { ...NEW_RUN, 'k8s-deploy/commit': 'c3' }, 'c3'],
] as const) {
  test(`an object with the mark of another ${says} is left to it, even if its fields are ours`, async () => {
    const scene = new Scene();
    scene.server.apply(workload('app:1'));
    const live = scene.deploy(workload('app:2', {}, NEW_RUN));
    scene.server.put(merged(live, { metadata: { annotations } }));
    assert.deepEqual((await scene.rollBack()).left, [
      { name: 'Deployment/server in shop', why: `another run has changed it since: ${why}` },
    ]);
    assert.deepEqual(scene.server.changes, []);
  });
}

test('an object that somebody has deleted since, or is deleting, is not created again', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1'));
  const live = scene.deploy(workload('app:2', {}, NEW_RUN));
  scene.server.put(merged(live, { metadata: { deletionTimestamp: '2026-11-21T12:00:00Z' } }));
  assert.equal((await scene.rollBack()).left[0]?.why, 'it is being deleted');
  scene.server.objects.delete(SERVER);
  assert.equal((await scene.rollBack()).left[0]?.why, 'somebody has deleted it since');
  assert.deepEqual(scene.server.changes, []);
});

for (const [says, scaledTo, expected] of [
  ['that the run has changed are as before', undefined, 4],
  ['that an autoscaler has changed since stay', 7, 7],
] as const) {
  test(`replicas ${says}`, async () => {
    const scene = new Scene();
    scene.server.apply(workload('app:1', { replicas: 4 }));
    const live = scene.deploy(workload('app:2', { replicas: 2 }, NEW_RUN));
    if (scaledTo !== undefined) {
      scene.server.put(byAnother(live, { spec: { replicas: scaledTo } }, 'kube-controller-manager'));
    }
    assert.deepEqual((await scene.rollBack()).left, []);
    assert.deepEqual(
      [valueOf(scene.server, SERVER, 'spec', 'replicas'), valueOf(scene.server, SERVER, ...IMAGE)],
      [expected, 'app:1'],
    );
    const [own] = objectsAt(scene.server.objects.get(SERVER), 'metadata', 'managedFields');
    assert.equal(valueAt(own, 'fieldsV1', 'f:spec', 'f:replicas') === undefined, scaledTo !== undefined);
  });
}

test('a label of somebody else stays on an object that had no labels before', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1'));
  const live = scene.deploy(merged(workload('app:1'), { metadata: { labels: { ours: '1' } } }));
  scene.server.put(byAnother(live, { metadata: { labels: { theirs: '1' } } }));
  await scene.rollBack();
  assert.deepEqual(valueOf(scene.server, SERVER, 'metadata', 'labels'), { theirs: '1' });
});

test('the number of a revision goes on counting', async () => {
  const scene = new Scene();
  const withRevision = (revision: string): void => {
    const annotations = { 'deployment.kubernetes.io/revision': revision };
    scene.server.put(merged(scene.server.objects.get(SERVER), { metadata: { annotations } }));
  };
  scene.server.apply(workload('app:1'));
  withRevision('1');
  scene.deploy(workload('app:2', {}, NEW_RUN));
  withRevision('2');
  assert.deepEqual((await scene.rollBack()).left, []);
  assert.equal(valueOf(scene.server, SERVER, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'), '2');
  assert.deepEqual(scene.server.changes, ['apply Deployment/server']);
});

test('fields that the run took from another tool are as before at once', async () => {
  const scene = new Scene();
  scene.server.put(byAnother(object('ConfigMap', 'agent'), { data: { a: '1' } }, 'helm'));
  const before = scene.stateOf('ConfigMap/agent');
  const live = scene.deploy(object('ConfigMap', 'agent', { data: { a: '2' } }));
  const [own] = objectsAt(live, 'metadata', 'managedFields');
  scene.server.put(merged(live, { metadata: { managedFields: [own] } }));
  await scene.rollBack();
  assert.deepEqual(scene.stateOf('ConfigMap/agent'), before);
  assert.deepEqual(scene.server.changes, ['apply ConfigMap/agent']);
});

test('replicas are put back although they are all that the run has changed', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1', { replicas: 4 }));
  scene.deploy(workload('app:1', { replicas: 2 }));
  assert.deepEqual((await scene.rollBack()).restored, ['Deployment/server in shop']);
  assert.equal(valueOf(scene.server, SERVER, 'spec', 'replicas'), 4);
});

test('an object of kubectl apply that the run has taken over has its fields back, also those not in the manifest', async () => {
  const scene = new Scene();
  const before = scene.server.put(
    byAnother(workload('app:1', {}, NEW_RUN), workload('app:1', { paused: true }), 'kubectl-client-side-apply'),
  );
  const state = scene.stateOf(SERVER);
  scene.touch(before, 'applied', scene.server.apply(workload('app:2'), false));
  const managedFields = objectsAt(before, 'metadata', 'managedFields').map((entry) => ({
    ...entry,
    manager: 'k8s-deploy',
    operation: 'Apply',
  }));
  scene.server.put(merged(before, { metadata: { managedFields } }));
  scene.server.apply(workload('app:2', {}, NEW_RUN));
  assert.equal(valueOf(scene.server, SERVER, 'spec', 'paused'), undefined);
  assert.deepEqual((await scene.rollBack()).left, []);
  assert.deepEqual(scene.stateOf(SERVER), state);
  assert.deepEqual(scene.server.changes, ['apply Deployment/server']);
});

test('data that nobody owns, as those of a Secret with stringData, are patched back; no value is in a command', async () => {
  const scene = new Scene();
  scene.server.put(object('Secret', 'login', { data: { password: 'b2xk', user: 'bWU=' } }));
  const before = scene.stateOf('Secret/login');
  const next = object('Secret', 'login', { data: { password: 'bmV3', token: 'eA==' } });
  scene.touch(next, 'applied', next);
  scene.server.put(next);
  assert.deepEqual((await scene.rollBack()).restored, ['Secret/login in shop']);
  assert.deepEqual(scene.stateOf('Secret/login'), before);
  assert.deepEqual(scene.server.changes, ['patch Secret/login', 'apply Secret/login']);
  const argv = scene.heard.flatMap((happening) => (happening.kind === 'changing' ? happening.command.args : []));
  assert.doesNotMatch(argv.join(' '), /b2xk|bmV3|bWU=/);
});

test('images that were set are set back', async () => {
  const scene = new Scene();
  const before = scene.server.put(workload('app:1'));
  scene.touch(before, 'image-set');
  scene.server.put(workload('app:2'));
  assert.deepEqual((await scene.rollBack()).workloads, [{ kind: 'Deployment', namespace: 'shop', name: 'server' }]);
  assert.equal(valueOf(scene.server, SERVER, ...IMAGE), 'app:1');
  assert.deepEqual(scene.server.changes, ['set Deployment/server']);
});

test('images that somebody else has set since stay, when it is known what the run has set', async () => {
  const scene = new Scene();
  scene.touch(scene.server.put(workload('app:1')), 'image-set', workload('app:2'));
  scene.server.put(workload('app:mine'));
  assert.equal((await scene.rollBack()).left.length, 1);
  assert.deepEqual(scene.server.changes, []);
});

const restarted = (image: string, time: string, more: JsonObject = {}): JsonObject =>
  merged(workload(image), {
    spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': time, ...more } } } },
  });

for (const [says, before] of [
  ['a workload that was never restarted', workload('app:1')],
  ['a workload that was restarted before', restarted('app:1', '2026-01-01T00:00:00Z', { team: 'a' })],
] as const) {
  test(`the restart of ${says} is undone, so that its old revision counts again`, async () => {
    const scene = new Scene();
    const live = scene.server.put(before);
    scene.touch(live, 'restarted');
    scene.server.put(merged(live, restarted('app:1', '2026-11-21T12:00:00Z')));
    assert.deepEqual((await scene.rollBack()).restored, ['Deployment/server in shop']);
    assert.deepEqual(valueOf(scene.server, SERVER, 'spec'), before['spec']);
    assert.deepEqual(scene.server.changes, ['patch Deployment/server']);
  });
}

test('a workload whose template is another since its restart is left alone', async () => {
  const scene = new Scene();
  scene.touch(scene.server.put(workload('app:1')), 'restarted');
  scene.server.put(restarted('app:mine', '2026-11-21T12:00:00Z'));
  assert.equal((await scene.rollBack()).left.length, 1);
  assert.deepEqual(scene.server.changes, []);
});

test('an object that a controller writes in between is read again; it is not given up before the fifth time', async () => {
  for (const [times, expected] of [
    [4, []],
    [
      9,
      [
        'error: Operation cannot be fulfilled on it: the object has been modified; please apply your changes to the latest version',
      ],
    ],
  ] as const) {
    const scene = new Scene();
    scene.server.apply(workload('app:1'));
    scene.deploy(workload('app:2', {}, NEW_RUN));
    scene.server.onChange = () => {
      if (scene.server.changes.length < times) {
        scene.server.put(merged(scene.server.objects.get(SERVER), { status: { n: scene.server.changes.length } }));
      }
    };
    assert.deepEqual(
      (await scene.rollBack()).left.map(({ why }) => why),
      expected,
    );
    assert.equal(scene.server.changes.length, 5);
  }
});

const write = (scene: Scene): void => {
  scene.server.put(merged(scene.server.objects.get(SERVER), { status: { ready: 1 } }));
};

test('what is written between two looks, or before a restart is undone, costs a second look and nothing else', async () => {
  const applied = new Scene();
  applied.server.apply(workload('app:1'));
  applied.deploy(workload('app:2', {}, NEW_RUN));
  applied.server.onRequest = (method) => {
    if (method === 'PATCH' && valueOf(applied.server, SERVER, 'status') === undefined) {
      write(applied);
    }
  };
  assert.deepEqual((await applied.rollBack()).left, []);
  assert.deepEqual(applied.server.changes, ['apply Deployment/server']);

  const restart = new Scene();
  const live = restart.server.put(workload('app:1'));
  restart.touch(live, 'restarted');
  restart.server.put(merged(live, restarted('app:1', '2026-11-21T12:00:00Z')));
  restart.server.onChange = () => {
    if (valueOf(restart.server, SERVER, 'status') === undefined) {
      write(restart);
    }
  };
  assert.deepEqual((await restart.rollBack()).left, []);
  assert.deepEqual(restart.server.changes, ['patch Deployment/server', 'patch Deployment/server']);
});

test('a field that the server changes again and again is named without its value', async () => {
  const scene = new Scene();
  scene.server.apply(object('ConfigMap', 'agent', { data: { a: '1' } }));
  scene.deploy(object('ConfigMap', 'agent', { data: { a: '2' } }));
  const put = scene.server.put.bind(scene.server);
  scene.server.put = (next) => put(merged(next, { data: { a: '3' } }));
  assert.deepEqual((await scene.rollBack()).left, [
    { name: 'ConfigMap/agent in shop', why: 'it is put back but for /data/a, which the server changes' },
  ]);
});

const service = (more: JsonObject, annotations = NEW_RUN): JsonObject =>
  object('Service', 'server', { spec: { ports: [{ name: 'http', port: 80, ...more }] } }, annotations);

test('the node port that the server chose is no change by somebody else', async () => {
  const scene = new Scene();
  scene.server.apply(service({}));
  const before = scene.stateOf('Service/server');
  scene.touch(service({}), 'applied', service({ port: 81, nodePort: 30001 }));
  scene.server.apply(service({ port: 81, nodePort: 30002 }));
  assert.deepEqual((await scene.rollBack()).left, []);
  assert.deepEqual(scene.stateOf('Service/server'), before);
});

test('what kubectl says is told', async () => {
  const scene = new Scene();
  scene.server.apply(workload('app:1'));
  scene.deploy(workload('app:2', {}, NEW_RUN));
  scene.server.refusals.set('apply Deployment/server', 'Warning: old\nError from server (Forbidden): no\n');
  assert.deepEqual((await scene.rollBack()).left, [
    { name: 'Deployment/server in shop', why: 'Error from server (Forbidden): no' },
  ]);
  assert.deepEqual(scene.server.changes, ['apply Deployment/server']);
});
