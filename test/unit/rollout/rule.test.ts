import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOf } from '../../../src/rollout/rule.ts';
import type { Subject, SubjectRule } from '../../../src/values/subject.ts';
import type { RolloutKind } from '../../../src/values/workload.ts';

/** kubectl's rule for each kind, number by number (kubectl rollout_status.go). `status` is of an object of generation 2 that wants 3. */

const conditions = (reason: string): object => ({
  conditions: [{ type: 'Available' }, { type: 'Progressing', status: 'False', reason }],
});
const seen = { observedGeneration: 2 };
const onDelete = { updateStrategy: { type: 'OnDelete' } };
// As the API server completes it.
const rolling = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } };
const partition = (number: number): object => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: number } },
});

const subjectOf = (rule: SubjectRule): Subject => ({ rule, kind: rule, namespace: 'shop', name: 'a', path: '/a' });

type Row = readonly [says: string, kind: RolloutKind, spec: object, status: object, result: string, text: string];

const ROWS: readonly Row[] = [
  ['no status at all', 'Deployment', {}, {}, 'waiting', 'the change is not yet seen by its controller'],
  [
    'the controller has not seen it',
    'Deployment',
    {},
    { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    'waiting',
    'the change is not yet seen by its controller',
  ],
  [
    'a deadline that was exceeded before the controller saw the change',
    'Deployment',
    {},
    { observedGeneration: 1, ...conditions('ProgressDeadlineExceeded') },
    'waiting',
    'the change is not yet seen by its controller',
  ],
  [
    'the deadline is exceeded, before any counter',
    'Deployment',
    {},
    { ...seen, ...conditions('ProgressDeadlineExceeded'), replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    'failed',
    'made no progress within its deadline (progressDeadlineSeconds), 3 of 3 available',
  ],
  [
    'another condition',
    'Deployment',
    {},
    { ...seen, ...conditions('ReplicaSetUpdated'), replicas: 4, updatedReplicas: 1, availableReplicas: 3 },
    'waiting',
    '1 of 3 updated',
  ],
  ['nothing is updated', 'Deployment', {}, { ...seen, replicas: 3 }, 'waiting', '0 of 3 updated'],
  [
    'one old replica is left',
    'Deployment',
    {},
    { ...seen, replicas: 4, updatedReplicas: 3, availableReplicas: 4 },
    'waiting',
    '3 of 3 updated, 1 old replica still there',
  ],
  [
    'two old replicas are left',
    'Deployment',
    {},
    { ...seen, replicas: 5, updatedReplicas: 3, availableReplicas: 5 },
    'waiting',
    '3 of 3 updated, 2 old replicas still there',
  ],
  [
    'one is not available',
    'Deployment',
    {},
    { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 2 },
    'waiting',
    '2 of 3 updated replicas available',
  ],
  [
    'all are available',
    'Deployment',
    {},
    { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    'done',
    '3 of 3 updated and available',
  ],
  [
    'scaled down meanwhile: more are updated than wanted',
    'Deployment',
    { replicas: 1 },
    { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    'done',
    '1 of 1 updated and available',
  ],
  ['no replicas are wanted', 'Deployment', { replicas: 0 }, seen, 'done', 'scaled to zero, nothing runs'],
  [
    'paused with a finished template is done, as for kubectl',
    'Deployment',
    { paused: true },
    { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    'done',
    '3 of 3 updated and available',
  ],

  [
    'no rolling update, which counts before everything else',
    'StatefulSet',
    onDelete,
    {},
    'failed',
    'has the update strategy OnDelete, which has no rollout to wait for',
  ],
  [
    'the controller has not seen it',
    'StatefulSet',
    rolling,
    { observedGeneration: 1, readyReplicas: 3, updatedReplicas: 3 },
    'waiting',
    'the change is not yet seen by its controller',
  ],
  [
    'one is not ready',
    'StatefulSet',
    rolling,
    { ...seen, readyReplicas: 2, updatedReplicas: 3 },
    'waiting',
    '2 of 3 ready',
  ],
  [
    'one is not updated',
    'StatefulSet',
    rolling,
    { ...seen, readyReplicas: 3, updatedReplicas: 2 },
    'waiting',
    '2 of 3 updated',
  ],
  [
    'ready counts, available does not',
    'StatefulSet',
    rolling,
    { ...seen, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 0 },
    'done',
    '3 of 3 updated and ready',
  ],
  [
    'all above the partition are updated',
    'StatefulSet',
    partition(2),
    { ...seen, readyReplicas: 3, updatedReplicas: 1 },
    'done',
    '1 of 1 above the partition updated, 3 of 3 ready',
  ],
  [
    'one above the partition is not updated',
    'StatefulSet',
    partition(1),
    { ...seen, readyReplicas: 3, updatedReplicas: 1 },
    'waiting',
    '1 of 2 updated',
  ],
  ['no replicas are wanted', 'StatefulSet', { replicas: 0, ...rolling }, seen, 'done', 'scaled to zero, nothing runs'],

  [
    'no rolling update, which counts before everything else',
    'DaemonSet',
    onDelete,
    {},
    'failed',
    'has the update strategy OnDelete, which has no rollout to wait for',
  ],
  [
    'one node has the old pod',
    'DaemonSet',
    rolling,
    { ...seen, desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 },
    'waiting',
    '2 of 3 updated',
  ],
  [
    'one is not available',
    'DaemonSet',
    rolling,
    { ...seen, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 },
    'waiting',
    '2 of 3 available',
  ],
  [
    'all are available',
    'DaemonSet',
    rolling,
    { ...seen, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 },
    'done',
    '3 of 3 updated and available',
  ],
  ['no node fits', 'DaemonSet', rolling, { ...seen, desiredNumberScheduled: 0 }, 'done', 'no node is to run it'],
];

const REASONS: Readonly<Record<RolloutKind, string>> = {
  Deployment: 'progress-deadline-exceeded',
  StatefulSet: 'rollout-on-delete',
  DaemonSet: 'rollout-on-delete',
};

for (const [says, kind, spec, status, result, text] of ROWS) {
  test(`${kind}: ${says} → ${result}`, () => {
    const object = { metadata: { generation: 2 }, spec: { replicas: 3, ...spec }, status };
    const expected = result === 'failed' ? { kind: result, reason: REASONS[kind], text } : { kind: result, text };
    assert.deepEqual(progressOf(subjectOf(kind), object), expected);
  });
}

test('every other kind is judged by its own rule', () => {
  const object = { spec: { completions: 2 }, status: { phase: 'Running' } };
  assert.deepEqual(
    (['Job', 'Pod', 'custom'] as const).map((rule) => progressOf(subjectOf(rule), object).text),
    ['0 of 2 completed', 'is running, not ready', 'has no conditions to wait for'],
  );
});
