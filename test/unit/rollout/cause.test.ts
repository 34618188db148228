import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOf, tellingLine } from '../../../src/rollout/cause.ts';
import {
  describeEvent,
  isReady,
  stuckCondition,
  unwellContainers,
  type PodEvidence,
} from '../../../src/rollout/evidence.ts';
import type { JsonObject } from '../../../src/values/json.ts';

const waiting = (reason: string, message?: string): JsonObject => ({
  waiting: { reason, ...(message === undefined ? {} : { message }) },
});
const ended = (exitCode: number, reason = 'Error'): JsonObject => ({ terminated: { exitCode, reason } });
const container = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
  name: 'server',
  ready: false,
  restartCount: 0,
  state,
  ...more,
});
const pod = (...containerStatuses: readonly JsonObject[]): JsonObject => ({ status: { containerStatuses } });
const initPod = (initial: JsonObject): JsonObject => ({
  status: {
    initContainerStatuses: [{ name: 'migrate', ...initial }],
    containerStatuses: [container(waiting('PodInitializing'))],
  },
});

const CRASH = container(waiting('CrashLoopBackOff', 'back-off 10s restarting failed container'), {
  restartCount: 2,
  lastState: ended(1),
});
const LOG = ['starting', 'Error: DB_URL is not set', '    at main (server.js:1:1)', 'Node.js v24.21.0'];
const PULL = 'Failed to pull image "ghcr.io/org/app:x": not found';

const EVIDENCE: readonly (readonly [
  says: string,
  pod: JsonObject,
  log: readonly string[],
  events: readonly string[],
  cause: string,
])[] = [
  [
    'a crash loop',
    pod(CRASH),
    LOG,
    [],
    'container server exits with code 1 (CrashLoopBackOff): Error: DB_URL is not set',
  ],
  ['a crash loop without a log', pod(CRASH), [], [], 'container server exits with code 1 (CrashLoopBackOff)'],
  [
    'a container that was out of memory',
    pod(container(ended(137, 'OOMKilled'))),
    [],
    [],
    'container server exits with code 137 (OOMKilled)',
  ],
  [
    'a server that just ends',
    pod(container(ended(0, 'Completed'))),
    ['bye'],
    [],
    'container server exits with code 0 (Completed): bye',
  ],
  [
    'an image that cannot be pulled',
    pod(container(waiting('ErrImagePull', PULL))),
    [],
    [],
    `container server has no image (ErrImagePull): ${PULL}`,
  ],
  [
    'a pull that is tried again later',
    pod(container(waiting('ImagePullBackOff', PULL))),
    [],
    [],
    `container server has no image (ImagePullBackOff): ${PULL}`,
  ],
  [
    'a name that is no image',
    pod(container(waiting('InvalidImageName', 'x'))),
    [],
    [],
    'container server has no image (InvalidImageName): x',
  ],
  [
    'a Secret that is missing',
    pod(container(waiting('CreateContainerConfigError', 'secret "api" not found'))),
    [],
    [],
    'container server does not start (CreateContainerConfigError): secret "api" not found',
  ],
  [
    'an init container that fails',
    initPod({ ready: false, state: waiting('CrashLoopBackOff'), lastState: ended(2) }),
    ['migration 7 failed'],
    [],
    'container migrate exits with code 2 (CrashLoopBackOff): migration 7 failed',
  ],
  [
    'a probe that fails',
    pod(container({ running: {} })),
    [],
    ['Pulled: x', 'Unhealthy: Readiness probe failed: 503 (3 times)'],
    'container server is not ready: Unhealthy: Readiness probe failed: 503 (3 times)',
  ],
  [
    'a volume that is not there',
    pod(container(waiting('ContainerCreating'))),
    [],
    ['FailedMount: configmap "x" not found'],
    'container server is not started: FailedMount: configmap "x" not found',
  ],
  ['nothing but not being ready', pod(container({ running: {} })), [], [], 'container server is not ready'],
];

const evidenceOf = (
  seen: JsonObject,
  log: readonly string[],
  events: readonly string[],
  condition?: string,
): PodEvidence => ({
  pod: 'server-1',
  node: 'n1',
  phase: 'Running',
  condition,
  containers: unwellContainers(seen).map((one) => ({ ...one, log })),
  events,
});

for (const [says, seen, log, events, cause] of EVIDENCE) {
  test(`the cause is told for ${says}`, () => assert.equal(causeOf([evidenceOf(seen, log, events)]), cause));
}

test('the cause is told for a pod that no node takes', () => {
  const message = '0/1 nodes are available: 1 Insufficient cpu.';
  const seen = {
    status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] },
  };
  assert.equal(causeOf([evidenceOf(seen, [], [], stuckCondition(seen))]), `no node takes the pod: ${message}`);
});

test('the cause is told when no pod is made at all', () => {
  const events = ['FailedCreate: exceeded quota'];
  assert.equal(
    causeOf([{ pod: '', node: undefined, phase: 'none', condition: undefined, containers: [], events }]),
    'FailedCreate: exceeded quota',
  );
});

test('a pod that crashes tells more than one that only waits, whichever comes first', () => {
  const idle = evidenceOf(pod(container({ running: {} })), [], []);
  const crashed = evidenceOf(pod(CRASH), LOG, []);
  assert.match(causeOf([idle, crashed]) ?? '', /exits with code 1/);
  assert.equal(causeOf([]), undefined);
});

test('a long message of the kubelet becomes one short line', () => {
  const cause =
    causeOf([evidenceOf(pod(container(waiting('ErrImagePull', `a\n  b ${'x'.repeat(500)}`))), [], [])]) ?? '';
  assert.match(cause, /: a b x/);
  assert.ok(cause.length < 400);
});

for (const [says, log, line] of [
  ['an error of Node', LOG, 'Error: DB_URL is not set'],
  ['a named error with a prefix', ['x', 'TypeError: a is not a function', 'at x'], 'TypeError: a is not a function'],
  ['a panic of Go', ['panic: runtime error', '', 'goroutine 1 [running]:', 'main.main()'], 'panic: runtime error'],
  [
    'an exception of Python',
    ['Traceback (most recent call last):', '  File "a.py", line 1', "KeyError: 'DB'"],
    "KeyError: 'DB'",
  ],
  [
    'a line of Java',
    ['Exception in thread "main" java.lang.IllegalStateException: no url', '  at a.b(c)'],
    'Exception in thread "main" java.lang.IllegalStateException: no url',
  ],
  [
    'plain words',
    ['listening', 'could not connect: connection refused', 'shutting down'],
    'could not connect: connection refused',
  ],
  [
    'words before a stack that speaks of errors',
    ['boom', '    at throwError (server.js:1:1)', 'Node.js v24.21.0'],
    'boom',
  ],
  ['nothing special', ['one', 'two', '  '], 'two'],
  ['nothing at all', ['', '  '], undefined],
] as const) {
  test(`the telling line of ${says}`, () => assert.equal(tellingLine(log), line));
}

test('containers that are well are no evidence', () => {
  const well = { name: 'proxy', ready: true, state: { running: {} } };
  assert.deepEqual(
    unwellContainers(pod(well, CRASH)).map(({ container, restarts, hasPreviousLog }) => [
      container,
      restarts,
      hasPreviousLog,
    ]),
    [['server', 2, true]],
  );
  assert.deepEqual(
    unwellContainers(initPod({ ready: true, state: ended(0, 'Completed') })).map((one) => one.container),
    ['server'],
  );
  assert.deepEqual(unwellContainers({}), []);
});

test('while an init container runs, the others are not blamed', () => {
  assert.deepEqual(
    unwellContainers(initPod({ ready: false, state: { running: {} } })).map((one) => one.container),
    ['migrate'],
  );
});

for (const [says, event, text] of [
  ['once', { reason: 'Failed', message: 'a\n b ' }, 'Failed: a b'],
  ['often', { reason: 'BackOff', message: 'x', count: 7 }, 'BackOff: x (7 times)'],
  ['often, in the new API', { reason: 'BackOff', message: 'x', series: { count: 3 } }, 'BackOff: x (3 times)'],
  ['without words', {}, 'Warning: '],
] as const) {
  test(`an event that happened ${says}`, () => assert.equal(describeEvent(event), text));
}

test('a pod is ready when its condition says so', () => {
  assert.equal(isReady({ status: { conditions: [{ type: 'Ready', status: 'True' }] } }), true);
  assert.equal(isReady({ status: { conditions: [{ type: 'Ready', status: 'False' }] } }), false);
  assert.equal(isReady({}), false);
});
