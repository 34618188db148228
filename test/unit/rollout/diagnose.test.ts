import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import { diagnose } from '../../../src/rollout/diagnose.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import type { RolloutKind, Workload } from '../../../src/values/workload.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { STATUSES } from '../../support/statuses.ts';

const NS = '/api/v1/namespaces/shop';
const PODS = `${NS}/pods?labelSelector=app%3Dserver`;
const SETS = '/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dserver';
const EVENTS = `${NS}/events?fieldSelector=type%3DWarning`;
const REVISION = 'deployment.kubernetes.io/revision';

const workload = (kind: RolloutKind): Workload => ({ kind, namespace: 'shop', name: 'server' });
const object = (more: JsonObject = {}): JsonObject => ({
  metadata: { uid: 'u1', annotations: { [REVISION]: '2', 'deprecated.daemonset.template.generation': '2' } },
  spec: { selector: { matchLabels: { app: 'server' } } },
  status: { updateRevision: 'server-2' },
  ...more,
});
const pod = (name: string, labels: JsonObject, more: JsonObject = {}): JsonObject => ({
  metadata: { name, labels, ...more },
  spec: { nodeName: 'n1' },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1 } },
      },
    ],
  },
});
const set = (hash: string, revision: string, uid: string): JsonObject => ({
  metadata: {
    labels: { 'pod-template-hash': hash },
    annotations: { [REVISION]: revision },
    ownerReferences: [{ uid }],
  },
});
const log = (name: string, isPrevious: boolean): string =>
  `${NS}/pods/${name}/log?container=app&tailLines=30&previous=${isPrevious}`;

for (const [kind, label] of [
  ['Deployment', 'pod-template-hash'],
  ['StatefulSet', 'controller-revision-hash'],
  ['DaemonSet', 'pod-template-generation'],
] as const) {
  test(`${kind}: only pods of the new revision are evidence, and none that is going`, async () => {
    const value = { Deployment: 'h2', StatefulSet: 'server-2', DaemonSet: '2' }[kind];
    const api = fakeApi({
      [PODS]: {
        items: [
          pod('old', { [label]: 'h1' }),
          pod('new', { [label]: value }),
          pod('going', { [label]: value }, { deletionTimestamp: 'now' }),
        ],
      },
      [SETS]: { items: [set('h1', '1', 'u1'), set('hx', '2', 'other'), set('h2', '2', 'u1')] },
      [EVENTS]: { items: [] },
    });
    assert.deepEqual(
      (await diagnose(workload(kind), object(), api)).map((one) => one.pod),
      ['new'],
    );
  });
}

const event = (name: string, reason = 'FailedCreate', lastTimestamp = ''): JsonObject => ({
  involvedObject: { name },
  reason,
  message: 'm',
  lastTimestamp,
});
const oneBadPod = (answers: object) =>
  fakeApi({
    [PODS]: { items: [pod('new', { 'pod-template-hash': 'h2' })] },
    [SETS]: { items: [set('h2', '2', 'u1')] },
    [EVENTS]: { items: [] },
    ...answers,
  });

test('a pod is described with node, containers, the end of its log and its own warnings, oldest first', async () => {
  const api = oneBadPod({
    [log('new', false)]: 'one\n\ntwo\n',
    [EVENTS]: {
      items: [
        event('new', 'Later', '2026-01-02'),
        event('other', 'Not', '2026-01-01'),
        event('new', 'Sooner', '2026-01-01'),
      ],
    },
  });
  const [evidence] = await diagnose(workload('Deployment'), object(), api);
  assert.deepEqual([evidence?.pod, evidence?.node, evidence?.events], ['new', 'n1', ['Sooner: m', 'Later: m']]);
  assert.deepEqual(
    evidence?.containers.map(({ container, exitCode, log: lines }) => [container, exitCode, lines]),
    [['app', 1, ['one', 'two']]],
  );
});

test('a container that was just restarted has its last words in the previous log', async () => {
  const [evidence] = await diagnose(
    workload('Deployment'),
    object(),
    oneBadPod({ [log('new', true)]: 'Error: boom\n' }),
  );
  assert.deepEqual(evidence?.containers[0]?.log, ['Error: boom']);
});

test('a container that runs again says first why the one before it ended', async () => {
  const again = pod('new', { 'pod-template-hash': 'h2' });
  const status = { name: 'app', ready: false, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } };
  const items = [{ ...again, status: { phase: 'Running', containerStatuses: [status] } }];
  const answers = { [PODS]: { items }, [log('new', true)]: 'Error: boom\n', [log('new', false)]: 'starting\n' };
  const [evidence] = await diagnose(workload('Deployment'), object(), oneBadPod(answers));
  assert.deepEqual(evidence?.containers[0]?.log, ['Error: boom', 'starting']);
});

test('without a pod the events of the workload and its ReplicaSets tell why', async () => {
  const api = fakeApi({
    [PODS]: { items: [] },
    [EVENTS]: { items: [event('server-h2'), event('serverless'), event('server')] },
  });
  const evidence = await diagnose(workload('Deployment'), object(), api);
  assert.deepEqual(
    evidence.map(({ pod: name, events }) => [name, events]),
    [['', ['FailedCreate: m', 'FailedCreate: m']]],
  );
});

test('no more than five pods are described', async () => {
  const items = Array.from({ length: 9 }, (_, index) => pod(`p${index}`, { 'pod-template-hash': 'h2' }));
  assert.equal((await diagnose(workload('Deployment'), object(), oneBadPod({ [PODS]: { items } }))).length, 5);
});

for (const [says, api] of [
  ['pods may not be read', fakeApi({ [PODS]: STATUSES.mayNotPatch, [EVENTS]: STATUSES.mayNotPatch })],
  ['the API server is away', fakeApi({ [PODS]: new DeployError('cluster-unreachable', 'away') })],
] as const) {
  test(`${says}: there is no evidence, and no failure of its own`, async () => {
    assert.deepEqual(await diagnose(workload('Deployment'), object(), api), []);
  });
}

test('selectors with expressions are asked as kubectl writes them', async () => {
  const api = fakeApi({});
  const matchExpressions = [
    { key: 'tier', operator: 'In', values: ['a', 'b'] },
    { key: 'x', operator: 'DoesNotExist' },
  ];
  await diagnose(
    workload('StatefulSet'),
    object({ spec: { selector: { matchLabels: { app: 'server' }, matchExpressions } } }),
    api,
  );
  assert.equal(api.requests[0], `GET ${NS}/pods?labelSelector=${encodeURIComponent('app=server,tier in (a,b),!x')}`);
});
