import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCommand, readJudgement } from '../../../src/rollout/judge.ts';
import type { NamedObject } from '../../../src/values/subject.ts';

const workload = (name: string, kind = 'Deployment'): NamedObject => ({ kind, namespace: 'shop', name });
const KUBECTL = { path: '/opt/kubectl', kubeconfigPath: '/private/kc', context: 'prod' };
const SUCCESS = 'deployment "server" successfully rolled out\n';

for (const [says, exitCode, stdout, stderr, timedOut, expected] of [
  ['success', 0, SUCCESS, '', false, { kind: 'succeeded' }],
  ['success that was printed, but not the exit code of it', 1, SUCCESS, '', false, { kind: 'refused', text: '' }],
  [
    'the deadline of the Deployment',
    1,
    '',
    'error: deployment "server" exceeded its progress deadline\n',
    false,
    { kind: 'refused', text: 'deployment "server" exceeded its progress deadline' },
  ],
  [
    'the timeout',
    1,
    'Waiting…\n',
    'error: timed out waiting for the condition\n',
    false,
    { kind: 'refused', text: 'timed out waiting for the condition' },
  ],
  [
    'a deleted object',
    1,
    '',
    'error: object has been deleted\n',
    false,
    { kind: 'refused', text: 'object has been deleted' },
  ],
  [
    'two lines, of which the last counts',
    1,
    '',
    'W1121 something\nerror: the last word',
    false,
    { kind: 'refused', text: 'the last word' },
  ],
  [
    'that it may not list the kind',
    1,
    '',
    'E1121 reflector.go:205] failed to list: deployments.apps is forbidden: User "ci" cannot list resource "deployments"\nerror: timed out waiting for the condition\n',
    false,
    { kind: 'forbidden' },
  ],
  ['a kubectl that hangs', 143, '', '', true, { kind: 'refused', text: '' }],
  ['a kubectl that was stopped and ended with 0', 0, SUCCESS, '', true, { kind: 'refused', text: '' }],
] as const) {
  test(`kubectl rollout status says: ${says}`, () => {
    assert.deepEqual(readJudgement({ exitCode, stdout, stderr, timedOut }), expected);
  });
}

test('kubectl has the deadline; our own limit is only for a kubectl that hangs', () => {
  const command = judgeCommand(KUBECTL, [workload('server'), workload('db', 'StatefulSet')], 90);
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
    const { kind } = readJudgement({ exitCode: 1, stdout: '', stderr, timedOut: false });
    assert.equal(kind, isLost ? 'unreachable' : 'refused');
    assert.equal(readJudgement({ exitCode: 0, stdout: '', stderr, timedOut: false }).kind, 'succeeded');
  });
}
