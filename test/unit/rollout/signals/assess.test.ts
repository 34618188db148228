import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Assessment } from '../../../../src/rollout/assess.ts';
import { assess } from '../../../../src/rollout/signals/assess.ts';
import { NO_MEMORY } from '../../../../src/rollout/signals/memory.ts';
import type { JsonObject } from '../../../../src/values/json.ts';
import {
  backOff,
  running,
  deployment,
  event,
  IMAGE,
  pod,
  template,
  unscheduled,
  waiting,
  withStatus,
  condition,
} from './objects.ts';
import { knowing, looksOf, PATIENCE, told, viewOf, watch, type Scene } from './timeline.ts';

function look(change: Partial<Scene>, failFast = true): Assessment {
  const [first] = looksOf([[0, change]], 0);
  assert.ok(first !== undefined);
  return assess(viewOf(first.scene), first.scene.knowledge, NO_MEMORY, 0, { ...PATIENCE, failFast });
}

const changed = (image: string, more: JsonObject = {}): JsonObject => ({
  ...deployment({ available: 1 }),
  spec: { replicas: 1, template: template(image) },
  metadata: { name: 'server', uid: 'uid-server', generation: 3, ...more },
});

const late = (lastUpdateTime: string): JsonObject =>
  withStatus(deployment(), {
    conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', '', { lastUpdateTime })],
  });

const bad = (revision: string): Partial<Scene> => ({
  pods: [pod(`pod-${revision}`, { revision, containers: [waiting('ErrImagePull', `${IMAGE}: not found`)] })],
});

const OTHER = 'registry.test/shop/server:2';

test('an object that is gone, or another one of its name, is deleted', () => {
  assert.deepEqual(look({ object: undefined }).verdict, {
    kind: 'failed',
    reason: 'workload-deleted',
    text: 'was deleted',
    finding: undefined,
  });
  const other = { ...deployment({ available: 1 }), metadata: { name: 'server', uid: 'uid-other', generation: 2 } };
  for (const failFast of [true, false]) {
    const { verdict } = look({ object: other }, failFast);
    assert.equal(verdict.kind === 'failed' && verdict.reason, 'workload-deleted');
  }
});

test("somebody else's image supersedes ours, whether it is ready or not, and says by whom", () => {
  const managedFields = [
    { manager: 'kubectl-set', time: '2026-01-01T00:00:05Z' },
    { manager: 'helm', time: '2026-01-01T00:00:01Z' },
    { manager: 'kube-controller-manager', subresource: 'status', time: '2026-01-01T00:00:09Z' },
  ];
  const object = changed(OTHER, { managedFields, annotations: { 'deployment.kubernetes.io/revision': '7' } });
  assert.deepEqual(look({ object }).verdict, {
    kind: 'superseded',
    text: `somebody else's change took the place of this one (kubectl-set), revision 7: container server is to run ${OTHER}`,
  });
  assert.equal(look({ object: withStatus(object, { availableReplicas: 0 }) }).verdict.kind, 'superseded');
});

test('the deploy of another commit supersedes ours though its images are the same; what says no commit does not', () => {
  const stamped = (commit: string): Partial<Scene> => ({
    object: changed(IMAGE, { annotations: { 'k8s-deploy/commit': commit } }),
  });
  assert.deepEqual(look(stamped('b2'.repeat(20))).verdict, {
    kind: 'superseded',
    text: 'the deploy of commit b2b2b2b took the place of this one',
  });
  assert.notEqual(look({ object: changed(IMAGE) }).verdict.kind, 'superseded');
  const notNewer = {
    ...changed(IMAGE),
    metadata: {
      name: 'server',
      uid: 'uid-server',
      generation: 2,
      annotations: { 'k8s-deploy/commit': 'b2'.repeat(20) },
    },
  };
  assert.notEqual(look({ object: notNewer }).verdict.kind, 'superseded', 'labels are no rollout');
});

test('a container more or less is somebody else’s rollout too', () => {
  const object = changed(IMAGE);
  const more = {
    ...object,
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'server', image: IMAGE },
            { name: 'proxy', image: OTHER },
          ],
        },
      },
    },
  };
  const fewer = { ...object, spec: { template: { spec: { containers: [{ name: 'other', image: IMAGE }] } } } };
  const verdicts = [more, fewer].map((one) => look({ object: one }).verdict);
  assert.deepEqual(
    verdicts.map(({ text }) => text),
    [
      `somebody else's change took the place of this one: container proxy is to run ${OTHER}`,
      "somebody else's change took the place of this one: container server is gone",
    ],
  );
});

test('the same images in a newer template are followed', () => {
  const seen = withStatus(changed(IMAGE), { observedGeneration: 3 });
  assert.equal(look({ object: seen }).verdict.kind, 'done');
});

test('without failing fast there is no superseding: kubectl follows what is newest', () => {
  const seen = withStatus(changed(OTHER), { observedGeneration: 3 });
  assert.equal(look({ object: seen }, false).verdict.kind, 'done');
});

test('an object that is older than what was pinned says nothing', () => {
  const stale = { ...deployment({ available: 1 }), metadata: { name: 'server', uid: 'uid-server', generation: 1 } };
  assert.equal(look({ object: stale }).verdict.kind, 'progressing');
});

test('the deadline counts without failing fast too, and an old one does not', () => {
  const verdicts = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z', '2025-12-31T23:59:58Z'].map(
    (time) => look({ object: late(time) }, false).verdict.kind,
  );
  assert.deepEqual(verdicts, ['failed', 'progressing', 'progressing']);
});

test('a rollout that goes on tells the most telling suspect', () => {
  const { verdict } = look({
    pods: [
      unscheduled('b', 'Unschedulable', 'no room'),
      pod('a', { containers: [waiting('ErrImagePull', `rpc error: code = NotFound desc = ${IMAGE}: not found`)] }),
    ],
  });
  assert.deepEqual(verdict.kind === 'progressing' ? verdict.suspect : undefined, {
    reason: 'image-not-found',
    row: 'image-missing',
    place: { podUid: 'uid-a', podName: 'a', node: 'node-1', container: 'server', isInit: false },
    word: 'ErrImagePull',
    text: `${IMAGE}: not found`,
    observations: 1,
  });
});

test('each signal asks for what would help to judge it, once', () => {
  const pods = [
    pod('a', { containers: [waiting('ErrImagePull', `${IMAGE}: not found`)] }),
    pod('b', { containers: [waiting('ErrImagePull', `${IMAGE}: not found`)] }),
    pod('c', {
      containers: [waiting('ErrImagePull', '401 Unauthorized')],
      spec: { imagePullSecrets: [{ name: 'regcred' }] },
    }),
    pod('d', { containers: [waiting('CreateContainerConfigError', "couldn't find key password in Secret shop/db")] }),
    pod('e', { containers: [backOff(1, 1)] }),
    unscheduled('f', 'Unschedulable', 'no room'),
    pod('g'),
  ];
  const events = [
    event('FailedMount', 'MountVolume.SetUp failed for volume "x" : configmap "shop/settings" not found', 'g'),
  ];
  assert.deepEqual(look({ pods, events }).questions, [
    { kind: 'image', reference: IMAGE },
    { kind: 'config', object: { kind: 'Secret', name: 'regcred' }, key: undefined },
    { kind: 'config', object: { kind: 'Secret', name: 'db' }, key: 'password' },
    { kind: 'maker', object: { kind: 'Secret', name: 'db' } },
    { kind: 'last-words', podUid: 'uid-e', podName: 'e', container: 'server' },
    { kind: 'pod-events', podUid: 'uid-f', podName: 'f' },
    { kind: 'leaving-pods' },
    { kind: 'config', object: { kind: 'ConfigMap', name: 'settings' }, key: undefined },
    { kind: 'maker', object: { kind: 'ConfigMap', name: 'settings' } },
    { kind: 'pod-events', podUid: 'uid-g', podName: 'g' },
  ]);
  assert.deepEqual(look({ pods, events }, false).questions, []);
  assert.deepEqual(look({ pods, object: deployment({ available: 1 }) }).questions, []);
});

test('a verdict is one sentence with the words of the cluster', () => {
  const { verdict } = watch(
    looksOf(
      [
        [
          0,
          {
            pods: [pod('a', { initContainers: [waiting('InvalidImageName', 'bad\n  name', { name: 'migrate' })] })],
            ...knowing({}),
          },
        ],
      ],
      5,
    ),
  );
  assert.equal(verdict.text, 'init container migrate has an invalid image name (InvalidImageName): bad name');
});

test('a restart by somebody else, with the same image, begins with new clocks', () => {
  assert.equal(
    told(
      watch(
        looksOf(
          [
            [1, bad('one')],
            [12, bad('two')],
          ],
          60,
        ),
      ),
    ),
    'failed image-not-found (image-missing) at 27',
  );
});

test('a pod that crashes between the looks is not proven by being ready in each of them', () => {
  const object = deployment({ wanted: 2, updated: 1 });
  const flickers = Array.from({ length: 31 }, (_, second): readonly [number, Partial<Scene>] => [
    second,
    { object, pods: [flickering(second)] },
  ]);
  const crash: readonly [number, Partial<Scene>] = [31, { pods: [pod('a', { containers: [backOff(3, 1)] })] }];
  assert.equal(told(watch(looksOf([...flickers, crash], 60))), 'failed container-crashed (crash) at 41');
});

/** Ready since a moment ago, once more. */
function flickering(restarts: number): JsonObject {
  const conditions = [condition('Ready', 'True', '', '', { lastTransitionTime: String(restarts) })];
  return pod('a', { phase: 'Running', containers: [running(restarts)], conditions });
}

test('that a pod was ready counts for its own revision only', () => {
  const object = deployment({ wanted: 2, updated: 1 });
  const steps: readonly (readonly [number, Partial<Scene>])[] = [
    [0, { object, pods: [pod('pod-one', { revision: 'one', ready: true, containers: [running()] })] }],
    [15, bad('two')],
  ];
  assert.equal(told(watch(looksOf(steps, 60))), 'failed image-not-found (image-missing) at 30');
});

test('other images than those that were pinned are somebody else’s only in a newer generation', () => {
  const object = { ...changed(OTHER), metadata: { name: 'server', uid: 'uid-server', generation: 2 } };
  assert.equal(look({ object }).verdict.kind, 'done');
});
