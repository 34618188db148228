import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import type { KubeApi } from '../../../src/kube/api.ts';
import type { CommandResult, Happening } from '../../../src/ports.ts';
import { seeRolloutsThrough } from '../../../src/rollout/run.ts';
import type { Workload } from '../../../src/values/workload.ts';
import { answerOf } from '../../support/fake-api.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const SERVER: Workload = { kind: 'Deployment', namespace: 'shop', name: 'server' };
const KUBECTL = { path: '/opt/kubectl', kubeconfigPath: '/private/kc', context: 'prod' };
const DONE = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const OLD = { observedGeneration: 1 };
const AWAY = new DeployError('cluster-unreachable', 'The API server does not answer');

type Read = { readonly uid?: string; readonly generation?: number; readonly status: object } | 'gone' | DeployError;

/** Reads of the workload one after the other (the last one stays), and what kubectl rollout status ends with once it is told to. */
async function see(reads: readonly Read[], judged: Partial<CommandResult> = {}, judgedAfterReads = 2) {
  let read = 0;
  const judgement = Promise.withResolvers<void>();
  const heard: Happening[] = [];
  const api: KubeApi = {
    request: async ({ path }) => {
      if (!path.endsWith('/deployments/server')) {
        return answerOf({ items: [] });
      }
      const answer = reads[Math.min(read, reads.length - 1)];
      read += 1;
      if (read >= judgedAfterReads) {
        judgement.resolve();
      }
      if (answer instanceof DeployError) {
        throw answer;
      }
      if (answer === undefined || answer === 'gone') {
        return answerOf({ kind: 'Status', code: 404 });
      }
      return answerOf({
        metadata: { uid: answer.uid ?? 'u1', generation: answer.generation ?? 2 },
        spec: { replicas: 1 },
        status: answer.status,
      });
    },
    close: async () => {},
  };
  const ports = fakePorts({
    exec: {
      run: async () => {
        await judgement.promise;
        return { exitCode: 0, stdout: '', stderr: '', timedOut: false, ...judged };
      },
    },
    notify: (happening) => heard.push(happening),
  });
  const [outcome, ...more] = await seeRolloutsThrough(
    [SERVER],
    { timeoutSeconds: 60 },
    { kubectl: KUBECTL, api, ports },
  );
  assert.equal(more.length, 0);
  const states = heard.flatMap((happening) => (happening.kind === 'state' ? [happening.text] : []));
  return { result: outcome?.result, cause: outcome?.cause, states };
}

test('succeeded: kubectl says so, and a fresh read agrees', async () => {
  assert.deepEqual(await see([{ status: OLD }, { status: OLD }, { status: DONE }], {}, 3), {
    result: 'succeeded',
    cause: undefined,
    states: [
      'deployment/server: the change is not yet seen by its controller',
      'deployment/server: 1 of 1 updated and available',
    ],
  });
});

test('kubectl may be early by a stale cache: it counts only once a fresh read agrees', async () => {
  assert.equal(
    (await see([{ status: OLD }, { status: OLD }, { status: OLD }, { status: OLD }, { status: DONE }])).result,
    'succeeded',
  );
});

test('unknown: kubectl says success for ever, but no read agrees', async () => {
  const { result, cause } = await see([{ status: OLD }]);
  assert.deepEqual(
    [result, cause],
    ['unknown', 'kubectl reports success, but a fresh read says: the change is not yet seen by its controller'],
  );
});

const LATE = { exitCode: 1, stderr: 'error: timed out waiting for the condition' };

for (const [says, reads, judged, result, cause] of [
  [
    'failed: the deadline of the Deployment',
    [{ status: { observedGeneration: 2, conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] } }],
    { exitCode: 1, stderr: 'error: deployment "server" exceeded its progress deadline' },
    'failed',
    'made no progress within its deadline (progressDeadlineSeconds), 0 of 1 available',
  ],
  [
    'timed out',
    [{ status: { observedGeneration: 2, updatedReplicas: 0 } }],
    LATE,
    'timed-out',
    'not done in time, 0 of 1 updated',
  ],
  [
    'unknown: the API server went away',
    [{ status: OLD }, { status: OLD }, AWAY],
    LATE,
    'unknown',
    'the API server does not answer, so nobody can tell',
  ],
  [
    'failed: deleted while it rolled out',
    [{ status: OLD }, 'gone'],
    { exitCode: 1, stderr: 'error: object has been deleted' },
    'failed',
    'was deleted while it rolled out',
  ],
  [
    'failed: replaced by another of the same name',
    [{ status: OLD }, { uid: 'u2', status: DONE }],
    {},
    'failed',
    'was deleted and created anew by somebody else while it rolled out',
  ],
  [
    'failed: in the words of kubectl where nothing else is known',
    [{ status: OLD }],
    { exitCode: 1, stderr: 'error: Forbidden' },
    'failed',
    'Forbidden',
  ],
] as const) {
  test(says, async () => {
    const seen = await see(reads, judged);
    assert.deepEqual([seen.result, seen.cause], [result, cause]);
  });
}

test('a generation older than ours is no success', async () => {
  const older = { generation: 1, status: { ...DONE, observedGeneration: 1 } };
  const { states } = await see([{ status: OLD }, older, older, { status: DONE }], {}, 3);
  assert.ok(states.includes('deployment/server: the change is not yet visible'));
});

test('an outage that ends is waited out, and said once', async () => {
  const { result, states } = await see([{ status: OLD }, AWAY, AWAY, AWAY, { status: DONE }], {}, 5);
  assert.deepEqual(
    [result, states],
    [
      'succeeded',
      [
        'deployment/server: the API server does not answer, waiting for it',
        'deployment/server: 1 of 1 updated and available',
      ],
    ],
  );
});
