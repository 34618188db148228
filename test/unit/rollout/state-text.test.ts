import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hintOfSuccess } from '../../../src/rollout/hint-of-success.ts';
import { createObjectIndex } from '../../../src/rollout/index-of-objects.ts';
import { NO_KNOWLEDGE } from '../../../src/rollout/knowledge.ts';
import { startersOf, stateText } from '../../../src/rollout/state-text.ts';
import { textAt, type JsonObject } from '../../../src/values/json.ts';

const PINNED = {
  subject: { rule: 'Deployment', kind: 'Deployment', namespace: 'shop', name: 'server', path: '/x/server' },
  uid: 'dep',
  generation: 1,
  isChanged: true,
  images: new Map<string, string>(),
  serverTimeMilliseconds: 0,
} as const;

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
    const told = (...reasons: readonly string[]): typeof NO_KNOWLEDGE => ({
      ...NO_KNOWLEDGE,
      podEvents: new Map([
        [
          'uid-ContainerCreating',
          reasons.map((reason, index) => ({ reason, lastTimestamp: `2026-01-01T00:00:0${index}Z` })),
        ],
      ]),
    });
    assert.equal(stateText('x', view, told('Scheduled', 'Pulling')), 'x; 1 pulling its image');
    assert.equal(stateText('x', view, told('Scheduled', 'Pulling', 'Pulled')), 'x; 1 starting');
    assert.deepEqual([startersOf(view).length, startersOf({ ...view, pods: [waiting('ErrImagePull')] })], [1, []]);
  });
});

describe('the hint of a success', () => {
  const workload = (container: JsonObject, spec: JsonObject = {}): JsonObject => ({
    kind: 'Deployment',
    spec: { ...spec, template: { spec: { containers: [container] } } },
  });
  test('nobody looks whether the pods work', () => {
    assert.match(hintOfSuccess(workload({ name: 'a' })) ?? '', /neither a readinessProbe nor minReadySeconds/);
  });
  test('a readinessProbe, or minReadySeconds, is enough', () => {
    assert.equal(hintOfSuccess(workload({ readinessProbe: {} })), undefined);
    assert.equal(hintOfSuccess(workload({}, { minReadySeconds: 5 })), undefined);
  });
  test('a Job, and what has no containers, needs neither', () => {
    assert.equal(hintOfSuccess({ ...workload({}), kind: 'Job' }), undefined);
    assert.equal(hintOfSuccess({ kind: 'Database' }), undefined);
    assert.equal(hintOfSuccess(undefined), undefined);
  });
});

describe('objects that are followed', () => {
  const named = (uid: string, owner: string, version = 1): JsonObject => ({ metadata: { uid, owner, version } });
  const open = (): { readonly touched: string[]; readonly index: ReturnType<typeof createObjectIndex> } => {
    const touched: string[] = [];
    const keyOf = (object: JsonObject): string => textAt(object, 'metadata', 'owner') ?? '';
    return { touched, index: createObjectIndex(keyOf, (key) => touched.push(key)) };
  };

  test('are found by their key; a newer state replaces the older', () => {
    const { index } = open();
    index.put(named('1', 'a'));
    index.put(named('2', 'b'));
    index.put(named('1', 'a', 2));
    assert.deepEqual(index.of('a'), [named('1', 'a', 2)]);
    assert.equal(index.all().length, 2);
  });

  test('a list anew forgets what is not in it, and tells so', () => {
    const { index, touched } = open();
    index.put(named('1', 'a'));
    touched.length = 0;
    index.replaceAll([named('2', 'b')]);
    assert.deepEqual([index.of('a'), index.of('b').length, touched.toSorted()], [[], 1, ['a', 'b']]);
  });

  test('what is deleted is gone', () => {
    const { index } = open();
    index.put(named('1', 'a'));
    index.remove(named('1', 'a'));
    index.remove(named('1', 'a'));
    assert.deepEqual(index.all(), []);
  });
});
