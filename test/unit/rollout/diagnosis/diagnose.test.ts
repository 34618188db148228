import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../../src/errors.ts';
import { describeProbe } from '../../../../src/rollout/diagnosis/probes.ts';
import { objectsAt, type JsonObject } from '../../../../src/values/json.ts';
import { STATUSES } from '../../../support/statuses.ts';
import { crashed, diagnosed, event, finding, logPath, pod, TIMED_OUT, UID, viewOf } from './views.ts';

const waiting = (reason: string, message = '') => ({ state: { waiting: { reason, message } } });
const pullOf = (reason: string) =>
  waiting(reason, 'failed to pull and unpack image "app:1": failed to resolve reference "app:1": app:1: not found');

test('pods with the same cause are one group, at whatever moment of it each was seen', async () => {
  const { groups } = await diagnosed(
    viewOf({
      pods: [
        pod('a', crashed(1)),
        pod('b', { restartCount: 1, state: { terminated: { exitCode: 1, reason: 'Error' } } }),
        pod('c', pullOf('ErrImagePull')),
        pod('d', pullOf('ImagePullBackOff')),
        pod('e', crashed(2)),
      ],
    }),
  );
  assert.deepEqual(
    groups.map(({ pods }) => pods),
    [['c', 'd'], ['a', 'b'], ['e']],
  );
});

test('no more than five groups are looked at, and only their first pods are asked for logs', async () => {
  const pods = Array.from({ length: 40 }, (_, index) => pod(`p${index}`, crashed((index % 9) + 1)));
  const { groups } = await diagnosed(viewOf({ pods }));
  assert.equal(groups.length, 5);
  assert.equal(groups[0]?.pods.length, 5);
});

test('the pod of the finding comes first, and its container is to blame', async () => {
  const view = viewOf({ pods: [pod('a', pullOf('ErrImagePull')), pod('b', crashed(1)), pod('c', crashed(1))] });
  const blamed = finding({}, { podUid: 'uid-c', container: 'server' });
  const conclusion = { reason: 'container-crashed', text: 'crashes', finding: blamed } as const;
  const diagnosis = await diagnosed(view, conclusion, { [logPath('c', 'server', false)]: 'Error: boom' });
  assert.deepEqual(diagnosis.groups[0]?.pods, ['c', 'b']);
  assert.deepEqual(
    [diagnosis.cause, diagnosis.container],
    ['container server exits with code 1 (CrashLoopBackOff, 2 restarts): Error: boom', 'server'],
  );
});

test('the pod of the finding is gone: another one of the revision stands for it', async () => {
  const view = viewOf({ pods: [pod('new', crashed(1))] });
  const blamed = finding({}, { podUid: 'uid-old', container: 'server' });
  const { cause } = await diagnosed(view, { reason: 'container-crashed', text: 'x', finding: blamed });
  assert.equal(cause, 'container server exits with code 1 (CrashLoopBackOff, 2 restarts)');
});

test('no pod is left at all: the template still names the image', async () => {
  const spec = { template: { spec: { containers: [{ name: 'server', image: 'app:9' }] } } };
  const blamed = finding(
    { reason: 'image-not-found', word: 'ErrImagePull', observations: 2 },
    { podUid: 'uid-old', container: 'server' },
  );
  const { cause, hint, container } = await diagnosed(viewOf({ object: { spec } }), {
    reason: 'image-not-found',
    text: 'x',
    finding: blamed,
  });
  assert.equal(cause, 'container server: image app:9 not found in the registry (ErrImagePull, 2 attempts)');
  assert.equal(hint, 'Was it pushed? Check the repository and the tag.');
  assert.equal(container, 'server');
});

test('an old pod that blocks the update, or one that is ready again, is shown when a finding blames it', async () => {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }], phase: 'Running' };
  const view = viewOf({
    pods: [pod('new', {}, { status: ready })],
    olderPods: [pod('old', crashed(1)), pod('other', {})],
  });
  const blocked = finding({ reason: 'update-blocked', text: 'CrashLoopBackOff' }, { podUid: 'uid-old' });
  const { cause, groups } = await diagnosed(view, {
    reason: 'update-blocked',
    text: 'it waits for old',
    finding: blocked,
  });
  assert.deepEqual([cause, groups.map(({ pods }) => pods)], ['it waits for old', [['old']]]);
  const unstable = finding({ reason: 'unstable', text: 'restarted 2 times' }, { podUid: 'uid-new' });
  const soaked = await diagnosed(view, { reason: 'unstable', text: 'x', finding: unstable });
  assert.deepEqual(
    soaked.groups.map(({ pods }) => pods),
    [['new']],
  );
});

test('a pod that was evicted is named with why, and not with how its container was killed', async () => {
  const message = 'Usage of EmptyDir volume "v" exceeds the limit "1Mi".';
  const evicted = pod('a', crashed(137, 0));
  const view = viewOf({
    pods: [{ ...evicted, status: { ...Object(evicted['status']), phase: 'Failed', reason: 'Evicted', message } }],
  });
  const { cause, reason } = await diagnosed(view);
  assert.match(cause, /Evicted.*Usage of EmptyDir volume "v" exceeds the limit/);
  assert.equal(reason, 'pods-evicted');
});

test('what the application left behind as its last message comes before its log', async () => {
  const state = {
    ...crashed(1),
    lastState: { terminated: { exitCode: 1, reason: 'Error', message: 'a\nError: from the file\n at x' } },
  };
  const { cause } = await diagnosed(viewOf({ pods: [pod('a', state)] }), TIMED_OUT, {
    [logPath('a', 'server', false)]: 'Error: from the log',
  });
  assert.match(cause, /: Error: from the file$/);
});

test('a process that a signal ended: the sentence says which', async () => {
  const { cause } = await diagnosed(viewOf({ pods: [pod('a', crashed(139))] }));
  assert.equal(
    cause,
    'container server exits with code 139, killed by SIGSEGV, a segmentation fault (CrashLoopBackOff, 2 restarts)',
  );
});

const PROBED = (probe: JsonObject): JsonObject => ({
  spec: { nodeName: 'n1', containers: [{ name: 'server', image: 'app:1', readinessProbe: probe }] },
});
for (const [says, probe, asks] of [
  ['HTTP', { httpGet: { port: 8080, path: '/healthz' } }, 'GET :8080/healthz'],
  ['HTTPS', { httpGet: { port: 'web', scheme: 'HTTPS' } }, 'GET https://:web/'],
  ['TCP', { tcpSocket: { port: 5432 } }, 'TCP :5432'],
  ['gRPC', { grpc: { port: 9000 } }, 'gRPC :9000'],
  ['a command', { exec: { command: ['cat', '/tmp/ready'] } }, 'exec cat /tmp/ready'],
] as const) {
  test(`a readiness probe by ${says} that fails is named with what it asks and what it got`, async () => {
    const events = [
      event('uid-a', 'Unhealthy', 'Readiness probe failed: no', {
        involvedObject: { uid: 'uid-a', fieldPath: 'spec.containers{server}' },
      }),
      event('uid-a', 'Unhealthy', 'Readiness probe failed: of another', {
        involvedObject: { uid: 'uid-a', fieldPath: 'spec.containers{proxy}' },
      }),
    ];
    const view = viewOf({ pods: [pod('a', { state: { running: {} } }, PROBED(probe))], events });
    const { cause, groups, reason } = await diagnosed(view);
    assert.equal(cause, `container server is not ready, its readiness probe ${asks} fails: no`);
    assert.equal(reason, undefined);
    const shown = groups[0]?.containers[0]?.probe;
    assert.equal(shown === undefined ? '' : describeProbe(shown), `readiness probe ${asks} fails: no`);
  });
}

test('a probe that nobody heard of yet, a gate that is closed, a container that only starts: all said as they are', async () => {
  const silent = pod('a', { state: { running: {} } }, PROBED({ tcpSocket: { port: 1 } }));
  assert.equal(
    (await diagnosed(viewOf({ pods: [silent] }))).cause,
    'container server is not ready, its readiness probe TCP :1 has not succeeded yet',
  );
  const gated = pod(
    'b',
    {},
    {
      spec: { nodeName: 'n1', readinessGates: [{ conditionType: 'lb/healthy' }] },
      status: { phase: 'Running', conditions: [{ type: 'ContainersReady', status: 'True' }], containerStatuses: [] },
    },
  );
  assert.equal(
    (await diagnosed(viewOf({ pods: [gated] }))).cause,
    'the pod is not ready: the readiness gate lb/healthy is not open',
  );
  assert.equal(
    (await diagnosed(viewOf({ pods: [pod('c', waiting('ContainerCreating'))] }))).cause,
    'container server is not started yet (ContainerCreating)',
  );
});

const namesIn = async (given: JsonObject): Promise<readonly string[]> => {
  const { groups } = await diagnosed(viewOf({ pods: [pod('a', {}, { status: given })] }));
  return groups[0]?.containers.map(({ container }) => container) ?? [];
};

test('while an init container runs the others are not blamed; a sidecar that runs holds nobody back', async () => {
  const status = {
    phase: 'Pending',
    initContainerStatuses: [{ name: 'migrate', ready: false, started: false, state: { running: {} } }],
    containerStatuses: [{ name: 'server', ready: false, state: { waiting: { reason: 'PodInitializing' } } }],
  };
  assert.deepEqual(await namesIn(status), ['migrate']);
  const sidecar = { name: 'proxy', ready: false, started: true, state: { running: {} } };
  assert.deepEqual(await namesIn({ ...status, initContainerStatuses: [sidecar] }), ['proxy', 'server']);
});

test('an image that the registry does not give away: the hint knows whether the pod has secrets for it', async () => {
  const text = 'pull access denied, repository does not exist or may require authorization';
  const bare = pod('a', waiting('ErrImagePull', text));
  const none = await diagnosed(viewOf({ pods: [bare] }));
  assert.equal(none.reason, 'image-access-denied');
  assert.match(
    none.hint ?? '',
    /^The pods have no imagePullSecrets: make a docker-registry Secret in the namespace shop/,
  );
  const spec = {
    nodeName: 'n1',
    imagePullSecrets: [{ name: 'regcred' }],
    containers: [{ name: 'server', image: 'app:1' }],
  };
  const some = await diagnosed(viewOf({ pods: [{ ...bare, spec }] }));
  assert.match(some.hint ?? '', /imagePullSecrets exist and may read this repository: regcred/);
});

test('the object is gone, or nothing is wrong with any pod: the verdict has the word, and a hint', async () => {
  const gone = await diagnosed(viewOf({ object: undefined }), {
    reason: 'workload-deleted',
    text: 'it was deleted while it rolled out',
  });
  assert.deepEqual([gone.cause, gone.groups, gone.reason], ['it was deleted while it rolled out', [], undefined]);
  assert.match(gone.hint ?? '', /Somebody else deleted it/);
  const quiet = await diagnosed(viewOf());
  assert.deepEqual([quiet.cause, quiet.container], [TIMED_OUT.text, undefined]);
  assert.notEqual(quiet.hint, undefined);
});

test('a pod that restarted after it had been ready is looked at, although it is ready again', async () => {
  const again = {
    ready: true,
    restartCount: 1,
    state: { running: {} },
    lastState: { terminated: { exitCode: 1, reason: 'Error' } },
  };
  const [container] = objectsAt(pod('a', again), 'status', 'containerStatuses');
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [container] };
  const { cause } = await diagnosed(
    viewOf({ pods: [pod('a', {}, { status }), pod('b', {}, { status: { ...status, containerStatuses: [] } })] }),
    { reason: 'unstable', text: 'pod a restarted after it had been ready' },
    { [logPath('a', 'server', true)]: 'Error: boom', [logPath('a', 'server', false)]: 'listening' },
  );
  assert.match(cause, /^container server exits with code 1 \(Error, 1 restart\): Error: boom$/);
});

test('a deadline that is over leaves it to the pods to say why; a paused rollout does not', async () => {
  const view = viewOf({ pods: [pod('a', pullOf('ErrImagePull'))] });
  const late = await diagnosed(view, {
    reason: 'progress-deadline-exceeded',
    text: 'made no progress',
    finding: finding({ reason: 'progress-deadline-exceeded', text: 'made no progress' }),
  });
  assert.equal(late.reason, 'image-not-found');
  const paused = await diagnosed(view, { reason: 'rollout-paused', text: 'it is paused' });
  assert.deepEqual([paused.cause, paused.container], ['it is paused', undefined]);
});

test('events are shown oldest first, each once with how often, and only those of the pod', async () => {
  const events = [
    event('uid-a', 'BackOff', 'Back-off restarting pod a_shop', { count: 2, lastTimestamp: '2026-01-01T00:00:02Z' }),
    event('uid-a', 'Failed', 'x', {
      series: { count: 4, lastObservedTime: '2026-01-01T00:00:09Z' },
      lastTimestamp: null,
    }),
    event('uid-b', 'Failed', 'of another'),
    event('uid-a', 'BackOff', 'Back-off restarting pod a_shop', { count: 3, lastTimestamp: '2026-01-01T00:00:03Z' }),
  ];
  const { groups } = await diagnosed(viewOf({ pods: [pod('a', crashed(1))], events }));
  assert.deepEqual(groups[0]?.events, ['BackOff: Back-off restarting pod a_shop (5 times)', 'Failed: x (4 times)']);
});

const EVENTS = '/api/v1/namespaces/shop/events?fieldSelector=involvedObject.uid%3Duid-a%2Ctype%3DWarning&limit=50';

test('a pod of which the watch has no event is asked about once; events that may not be read say so', async () => {
  const view = viewOf({ pods: [pod('a', waiting('ContainerCreating'))] });
  const items = [event('uid-a', 'FailedMount', 'MountVolume.SetUp failed for volume "v" : secret "tls" not found')];
  const told = await diagnosed(view, TIMED_OUT, { [EVENTS]: { items } });
  assert.equal(told.cause, 'the pod needs Secret tls, which does not exist (FailedMount)');
  const refused = await diagnosed(view, TIMED_OUT, { [EVENTS]: STATUSES.mayNotPatch });
  assert.equal(refused.groups[0]?.eventsMissing, "the kubeconfig's user may not read events");
  const away = await diagnosed(view, TIMED_OUT, { [EVENTS]: new DeployError('cluster-unreachable', 'away') });
  assert.equal(away.groups[0]?.eventsMissing, 'the API server does not answer');
  await assert.rejects(diagnosed(view, TIMED_OUT, { [EVENTS]: new DeployError('cancelled', 'stop') }), /stop/);
});

test('some pods are there and others may not be made: both are shown', async () => {
  const object = {
    status: {
      conditions: [
        { type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: exceeded quota: q, used: 1' },
      ],
    },
  };
  const view = viewOf({ object, pods: [pod('a', crashed(1))], events: [event(UID, 'Other', 'x')] });
  const { groups } = await diagnosed(view);
  assert.deepEqual(
    groups.map(({ pods }) => pods),
    [[], ['a']],
  );
});
