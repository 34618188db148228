import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hintOfSuccess } from '../../../src/rollout/hint-of-success.ts';
import { NO_KNOWLEDGE } from '../../../src/rollout/knowledge.ts';
import { startersOf, stateText } from '../../../src/rollout/state-text.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { pinnedServer } from '../../support/pinned.ts';

const PINNED = pinnedServer();

const waiting = (reason: string): JsonObject => ({
  metadata: { uid: `uid-${reason}` },
  status: { containerStatuses: [{ name: 'main', state: { waiting: { reason } } }] },
});
const withConditions = (...conditions: readonly JsonObject[]): JsonObject => ({
  status: { conditions, containerStatuses: [{ name: 'main', state: { running: {} } }] },
});

const PODS: readonly (readonly [string, JsonObject, string])[] = [
  ['is ready', withConditions({ type: 'Ready', status: 'True' }), '1 of 3 updated'],
  ['runs and is not ready', withConditions({ type: 'Ready', status: 'False' }), '1 of 3 updated; 1 not ready yet'],
  [
    'is on no node',
    { status: { conditions: [{ type: 'PodScheduled', status: 'False' }] } },
    '1 of 3 updated; 1 waiting for a node',
  ],
  ['creates its containers', waiting('ContainerCreating'), '1 of 3 updated; 1 starting'],
  ['waits for its init containers', waiting('PodInitializing'), '1 of 3 updated; 1 initializing'],
  ['crashes', waiting('CrashLoopBackOff'), '1 of 3 updated; 1 crashing'],
  ['has no image', waiting('ErrImagePull'), '1 of 3 updated; 1 without its image'],
  ['has no image, and waits', waiting('ImagePullBackOff'), '1 of 3 updated; 1 without its image'],
  [
    'waits for something that has no word of ours',
    waiting('CreateContainerConfigError'),
    '1 of 3 updated; 1 CreateContainerConfigError',
  ],
  [
    'has ended',
    { status: { containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 1 } } }] } },
    '1 of 3 updated; 1 ended',
  ],
];

const told = (...reasons: readonly string[]): typeof NO_KNOWLEDGE => ({
  ...NO_KNOWLEDGE,
  podEvents: new Map([
    [
      'uid-ContainerCreating',
      reasons.map((reason, index) => ({ reason, lastTimestamp: `2026-01-01T00:00:0${index}Z` })),
    ],
  ]),
});

describe('the line about a rollout', () => {
  for (const [what, pod, text] of PODS) {
    test(`a pod that ${what}`, () => {
      const view = { pinned: PINNED, object: {}, pods: [pod], olderPods: [], events: [] };
      assert.equal(stateText('1 of 3 updated', view, NO_KNOWLEDGE), text);
    });
  }

  test('pods that do the same are counted', () => {
    const pods = [waiting('ContainerCreating'), waiting('CrashLoopBackOff'), waiting('ContainerCreating')];
    const view = { pinned: PINNED, object: {}, pods, olderPods: [], events: [] };
    assert.equal(stateText('0 of 3 updated', view, NO_KNOWLEDGE), '0 of 3 updated; 2 starting, 1 crashing');
  });

  test('a pod whose last event is Pulling pulls its image', () => {
    const view = { pinned: PINNED, object: {}, pods: [waiting('ContainerCreating')], olderPods: [], events: [] };
    assert.equal(stateText('x', view, told('Scheduled', 'Pulling')), 'x; 1 pulling its image');
    assert.equal(stateText('x', view, told('Scheduled', 'Pulling', 'Pulled')), 'x; 1 starting');
    assert.deepEqual([startersOf(view).length, startersOf({ ...view, pods: [waiting('ErrImagePull')] })], [1, []]);
  });
});

const workload = (container: JsonObject, spec: JsonObject = {}): JsonObject => ({
  kind: 'Deployment',
  spec: { ...spec, template: { spec: { containers: [container] } } },
});

describe('the hint of a success', () => {
  test('nobody looks whether the pods work', () => {
    assert.match(hintOfSuccess(workload({ name: 'a' })) ?? '', /neither a readinessProbe nor minReadySeconds/);
  });
  test('a probe that has to succeed first, or minReadySeconds, is enough', () => {
    assert.equal(hintOfSuccess(workload({ readinessProbe: {} })), undefined);
    assert.equal(hintOfSuccess(workload({ startupProbe: {} })), undefined);
    assert.equal(hintOfSuccess(workload({}, { minReadySeconds: 5 })), undefined);
  });
  test('minReadySeconds is nothing that the rollout of a StatefulSet waits for', () => {
    const hint = hintOfSuccess({ ...workload({}, { minReadySeconds: 5 }), kind: 'StatefulSet' });
    assert.match(hint ?? '', /^it has no readinessProbe: /);
  });
  test('a Job, and what has no containers, needs neither', () => {
    assert.equal(hintOfSuccess({ ...workload({}), kind: 'Job' }), undefined);
    assert.equal(hintOfSuccess({ kind: 'Database' }), undefined);
    assert.equal(hintOfSuccess(undefined), undefined);
  });
});
