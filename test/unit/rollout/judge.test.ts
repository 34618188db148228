import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupForJudging, judgeCommand, lostConnection, readJudgement } from '../../../src/rollout/judge.ts';
import type { Workload } from '../../../src/values/workload.ts';

const workload = (name: string, namespace = 'shop', kind: Workload['kind'] = 'Deployment'): Workload => ({
  kind,
  namespace,
  name,
});
const KUBECTL = { path: '/opt/kubectl', kubeconfigPath: '/private/kc', context: 'prod' };
const SUCCESS = 'deployment "server" successfully rolled out\n';

for (const [says, exitCode, stdout, stderr, timedOut, expected] of [
  ['success', 0, SUCCESS, '', false, { kind: 'succeeded' }],
  [
    'success that was printed, but not the exit code of it',
    1,
    SUCCESS,
    '',
    false,
    { kind: 'failed', exitCode: 1, text: '' },
  ],
  [
    'the deadline of the Deployment',
    1,
    '',
    'error: deployment "server" exceeded its progress deadline\n',
    false,
    { kind: 'failed', exitCode: 1, text: 'deployment "server" exceeded its progress deadline' },
  ],
  [
    'the timeout',
    1,
    'Waiting…\n',
    'error: timed out waiting for the condition\n',
    false,
    { kind: 'timed-out', exitCode: 1, text: 'timed out waiting for the condition' },
  ],
  [
    'a deleted object',
    1,
    '',
    'error: object has been deleted\n',
    false,
    { kind: 'failed', exitCode: 1, text: 'object has been deleted' },
  ],
  [
    'two lines, of which the last counts',
    1,
    '',
    'W1121 something\nerror: the last word',
    false,
    { kind: 'failed', exitCode: 1, text: 'the last word' },
  ],
  ['a kubectl that hangs', 143, '', '', true, { kind: 'timed-out', exitCode: 143, text: '' }],
  ['a kubectl that was stopped and ended with 0', 0, SUCCESS, '', true, { kind: 'timed-out', exitCode: 1, text: '' }],
] as const) {
  test(`kubectl rollout status says: ${says}`, () => {
    assert.deepEqual(readJudgement({ exitCode, stdout, stderr, timedOut }), expected);
  });
}

test('kubectl has the deadline; our own limit is only for a kubectl that hangs', () => {
  const command = judgeCommand(KUBECTL, [workload('server'), workload('db', 'shop', 'StatefulSet')], 90);
  assert.deepEqual(command.args, [
    '--context=prod',
    '--namespace=shop',
    'rollout',
    'status',
    'deployment/server',
    'statefulset/db',
    '--timeout=90s',
  ]);
  assert.ok((command.timeoutSeconds ?? 0) > 90);
});

test('what looks done is asked in one go per namespace, everything else waits side by side', () => {
  const groups = groupForJudging([
    { workload: workload('a'), isDone: true },
    { workload: workload('b'), isDone: false },
    { workload: workload('c'), isDone: true },
    { workload: workload('d', 'other'), isDone: true },
    { workload: workload('e'), isDone: false },
  ]);
  assert.deepEqual(
    groups.map((group) => group.map(({ name }) => name)),
    [['b'], ['e'], ['a', 'c'], ['d']],
  );
  assert.deepEqual(groupForJudging([]), []);
});

for (const [stderr, isLost] of [
  ['The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?', true],
  ['Unable to connect to the server: net/http: TLS handshake timeout', true],
  ['error: Get "https://x/apis/apps/v1": dial tcp 10.0.0.1:6443: connect: connection refused', true],
  ['error: Get "https://x/apis/apps/v1": EOF', true],
  ['error: read tcp 10.0.0.1:1->10.0.0.2:2: read: connection reset by peer', true],
  ['error: timed out waiting for the condition', false],
  ['error: deployment "server" exceeded its progress deadline', false],
  ['Error from server (Forbidden): deployments.apps is forbidden', false],
] as const) {
  test(`kubectl ${isLost ? 'lost the server' : 'has judged'}: ${stderr}`, () => {
    assert.equal(lostConnection({ exitCode: 1, stdout: '', stderr, timedOut: false }), isLost);
    assert.equal(lostConnection({ exitCode: 0, stdout: '', stderr, timedOut: false }), false);
  });
}
