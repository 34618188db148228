import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pausedProgress } from '../../../../src/rollout/rules/paused.ts';

const STUCK = (text: string) => ({ kind: 'failed', reason: 'rollout-paused', text });
const seen = { observedGeneration: 2 };

for (const [says, spec, status, expected] of [
  [
    'the template changed, the old replicas run on',
    { paused: true, replicas: 3 },
    { ...seen, replicas: 3, availableReplicas: 3 },
    STUCK('is paused, 0 of 3 updated'),
  ],
  [
    'half of it is rolled out',
    { paused: true, replicas: 3 },
    { ...seen, replicas: 4, updatedReplicas: 2 },
    STUCK('is paused, 2 of 3 updated'),
  ],
  ['it was created paused', { paused: true, replicas: 1 }, seen, STUCK('is paused, 0 of 1 updated')],
  ['created paused, with the replicas that the API gives', { paused: true }, seen, STUCK('is paused, 0 of 1 updated')],
  [
    'one updated replica too many and an old one',
    { paused: true, replicas: 1 },
    { ...seen, replicas: 2, updatedReplicas: 1 },
    STUCK('is paused, 1 of 1 updated'),
  ],
  ['it is not paused', { replicas: 3 }, { ...seen, replicas: 3 }, undefined],
  ['the controller has not seen it', { paused: true, replicas: 3 }, { observedGeneration: 1, replicas: 3 }, undefined],
  [
    'all replicas are of the newest template and come up',
    { paused: true, replicas: 3 },
    { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 1 },
    undefined,
  ],
  [
    'it is scaled up, which goes on while it is paused',
    { paused: true, replicas: 5 },
    { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
    undefined,
  ],
  ['it is scaled to zero', { paused: true, replicas: 0 }, seen, undefined],
] as const) {
  test(`a paused Deployment: ${says} → ${expected === undefined ? 'wait' : 'failed'}`, () => {
    assert.deepEqual(pausedProgress({ metadata: { generation: 2 }, spec, status }), expected);
  });
}
