import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customProgress } from '../../../../src/rollout/rules/custom-resource.ts';

const GENERATION = 2;
const UNSEEN = 'the change is not yet seen by its controller';
const condition = (type: string, status: string, more: object = {}): object => ({ type, status, ...more });
const READY = condition('Ready', 'True');
const NOT_READY = condition('Ready', 'False', { reason: 'SecretMissing', message: 'there is no Secret db' });
const seen = { observedGeneration: GENERATION };

for (const [says, status, kind, text] of [
  ['nothing is declared and it says nothing', undefined, 'done', 'has no conditions to wait for'],
  ['no conditions', { phase: 'Bound' }, 'done', 'has no conditions to wait for'],
  ['other conditions', { conditions: [condition('Synced', 'False')] }, 'done', 'has no condition Ready to wait for'],
  ['ready', { ...seen, conditions: [READY] }, 'done', 'is ready'],
  ['ready, and no generation is told', { conditions: [READY] }, 'done', 'is ready'],
  ['ready for the generation before', { observedGeneration: 1, conditions: [READY] }, 'waiting', UNSEEN],
  ['ready for a text of a generation before', { observedGeneration: '1', conditions: [READY] }, 'waiting', UNSEEN],
  ['ready for this generation as text', { observedGeneration: '2', conditions: [READY] }, 'done', 'is ready'],
  ['a hash for a generation', { observedGeneration: '5c8b9', conditions: [READY] }, 'done', 'is ready'],
  ['a condition of the generation before', { conditions: [{ ...READY, observedGeneration: 1 }] }, 'waiting', UNSEEN],
  [
    'a condition that did not change since, and a controller that says it has seen all',
    { ...seen, conditions: [{ ...READY, observedGeneration: 1 }] },
    'done',
    'is ready',
  ],
  [
    'not ready is waited for, and says why',
    { ...seen, conditions: [NOT_READY] },
    'waiting',
    'is not ready: SecretMissing: there is no Secret db',
  ],
  ['not known', { ...seen, conditions: [condition('Ready', 'Unknown')] }, 'waiting', 'is not ready'],
  [
    'ready, but at work',
    { ...seen, conditions: [READY, condition('Reconciling', 'True', { reason: 'Progressing' })] },
    'waiting',
    'is being reconciled: Progressing',
  ],
  [
    'stalled, whatever else it says',
    {
      conditions: [READY, condition('Reconciling', 'True'), condition('Stalled', 'True', { message: 'no such chart' })],
    },
    'resource-stalled',
    'is stalled: no such chart',
  ],
  ['not stalled', { conditions: [condition('Stalled', 'False'), READY] }, 'done', 'is ready'],
  [
    'stalled by the generation before',
    { observedGeneration: 1, conditions: [condition('Stalled', 'True')] },
    'waiting',
    UNSEEN,
  ],
] as const) {
  test(`a custom resource: ${says} → ${kind}`, () => {
    assert.deepEqual(customProgress({ metadata: { generation: GENERATION }, status }), progress(kind, text));
  });
}

for (const [phase, kind, text] of [
  ['Healthy', 'done', 'is healthy'],
  ['Degraded', 'resource-stalled', 'is degraded: ProgressDeadlineExceeded'],
  ['Paused', 'waiting', 'is paused: CanaryPauseStep'],
  ['Progressing', 'waiting', 'is progressing: more replicas need to be updated'],
  [undefined, 'waiting', 'is without a phase yet'],
] as const) {
  test(`an Argo Rollout of the phase ${phase ?? '(none)'} → ${kind}`, () => {
    const message = text.split(': ')[1];
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { generation: GENERATION } };
    // Its conditions do not count: there is no Ready among them.
    const status = { observedGeneration: '2', phase, message, conditions: [condition('Available', 'True')] };
    assert.deepEqual(customProgress({ ...rollout, status }), progress(kind, text));
  });
}

const READY_WHEN = '{.status.phase}=Healthy';
const FAILED_WHEN = '{.status.phase}=Broken';

for (const [says, annotations, status, kind, text] of [
  ['as declared', { 'ready-when': READY_WHEN }, { phase: 'Healthy' }, 'done', 'is ready: {.status.phase}=Healthy'],
  ['not as declared', { 'ready-when': READY_WHEN }, { phase: 'New' }, 'waiting', 'waits for {.status.phase}=Healthy'],
  ['no status yet', { 'ready-when': READY_WHEN }, undefined, 'waiting', 'waits for {.status.phase}=Healthy'],
  [
    'conditions do not count beside it',
    { 'ready-when': READY_WHEN },
    { conditions: [READY, condition('Stalled', 'True')] },
    'waiting',
    'waits for {.status.phase}=Healthy',
  ],
  [
    'as declared, but by the generation before',
    { 'ready-when': READY_WHEN },
    { phase: 'Healthy', observedGeneration: 1 },
    'waiting',
    UNSEEN,
  ],
  [
    'failed as declared',
    { 'ready-when': READY_WHEN, 'failed-when': FAILED_WHEN },
    { phase: 'Broken' },
    'resource-stalled',
    'has failed: {.status.phase}=Broken',
  ],
  ['conditions count beside failed-when', { 'failed-when': FAILED_WHEN }, { conditions: [READY] }, 'done', 'is ready'],
  [
    'an annotation that somebody spoilt is none',
    { 'ready-when': 'phase' },
    { conditions: [READY] },
    'done',
    'is ready',
  ],
] as const) {
  test(`declared in annotations: ${says} → ${kind}`, () => {
    const keyed = Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`k8s-deploy/${name}`, value]));
    const object = { metadata: { generation: GENERATION, annotations: keyed }, status };
    assert.deepEqual(customProgress(object), progress(kind, text));
  });
}

function progress(kind: string, text: string): object {
  return kind === 'waiting' || kind === 'done' ? { kind, text } : { kind: 'failed', reason: kind, text };
}
