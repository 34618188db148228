import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../../src/values/json.ts';
import {
  backOff,
  condition,
  daemonSet,
  deployment,
  ended,
  pod,
  readyPod,
  running,
  statefulSet,
  template,
  unwatched,
  workload,
} from './objects.ts';
import { looksOf, SERVER_TIME, told, watch, type Course, type Scene, type Step } from './timeline.ts';

/** What nobody probes is ready the moment it runs, also the moment before it crashes: when such rollouts are done. */

const pending = unwatched(deployment());
const done = unwatched(deployment({ available: 1 }));
const starting: Step = [0, { object: pending, pods: [pod('a')] }];
const crashing = (restarts: number): Partial<Scene> => ({
  object: pending,
  pods: [pod('a', { containers: [backOff(restarts, 3)] })],
});
const up = (restarts = 0, object = done): Partial<Scene> => ({ object, pods: [readyPod('a', restarts)] });

/** Ready since so many seconds before it was pinned, by the clock of the server. */
function readyBefore(seconds: number, restarts = 0): JsonObject {
  const lastTransitionTime = new Date(SERVER_TIME - seconds * 1000).toISOString();
  return pod('a', {
    containers: [running(restarts)],
    conditions: [condition('Ready', 'True', '', '', { lastTransitionTime })],
  });
}

function endOf(steps: readonly Step[], course?: Course): string {
  return told(watch(looksOf(steps, 60), course));
}

type Case = readonly [says: string, steps: readonly Step[], ends: string, course?: Course];

const CASES: readonly Case[] = [
  ['it has run for 2 s', [starting, [3, up()]], 'done at 5'],
  [
    'a StatefulSet, and its minReadySeconds do not count',
    [starting, [3, up(0, unwatched(statefulSet(1, 1, 1), { minReadySeconds: 5 }))]],
    'done at 5',
  ],
  ['a DaemonSet', [starting, [3, up(0, unwatched(daemonSet(1, 1, 1)))]], 'done at 5'],
  [
    'a Pod',
    [
      [
        3,
        {
          object: workload('Pod', {
            spec: { containers: [{ name: 'server' }] },
            status: { phase: 'Running', conditions: [condition('Ready', 'True', '')] },
          }),
          pods: [readyPod('a')],
        },
      ],
    ],
    'done at 5',
  ],
  ['minReadySeconds have it watched', [starting, [3, up(0, unwatched(done, { minReadySeconds: 1 }))]], 'done at 3'],
  ['a readinessProbe has it watched', [starting, [3, up(0, deployment({ available: 1 }))]], 'done at 3'],
  [
    'a startupProbe has it watched',
    [
      starting,
      [3, up(0, unwatched(done, { template: { spec: { containers: [{ name: 'server', startupProbe: {} }] } } }))],
    ],
    'done at 3',
  ],
  ['kubectl alone is to decide', [starting, [3, up()]], 'done at 3', { patience: { failFast: false } }],
  [
    'it is scaled to nothing',
    [[0, { object: unwatched(deployment({ wanted: 0, total: 0, updated: 0 })) }]],
    'done at 0',
  ],
  ['it crashed once, and runs for 10 s', [starting, [1, crashing(0)], [3, up(1)]], 'done at 13'],
  [
    'it runs between two crashes each time',
    [starting, [1, up()], [1.5, crashing(0)], [2, up(1)], [2.5, crashing(1)], [14, up(2)], [15, crashing(2)]],
    'failed container-crashed (crash) at 15',
  ],
  [
    'it runs once before it crashes, and comes up late in the end',
    [starting, [1, up()], [1.9, { object: pending, pods: [pod('a', { containers: [ended(0, 3)] })] }], [4, up(1)]],
    'done at 14',
  ],
  [
    'its init container needed a second try',
    [
      starting,
      [
        3,
        {
          object: done,
          pods: [
            pod('a', { ready: true, initContainers: [{ ...running(1), name: 'migrate' }], containers: [running()] }),
          ],
        },
      ],
    ],
    'done at 5',
  ],
  [
    'its pods may not be seen',
    [
      [0, { object: pending }],
      [3, { object: done }],
    ],
    'done at 5',
  ],
  [
    'nothing was changed, and its pods are not seen',
    [[0, { object: done }]],
    'done at 0',
    { pinned: { isChanged: false } },
  ],
  ['its pods were ready before', [[0, { object: done, pods: [readyBefore(2)] }]], 'done at 0'],
  ['they became ready a second before', [[0, { object: done, pods: [readyBefore(1)] }]], 'done at 1'],
  [
    'nothing was changed, and it has just come back from a crash',
    [[0, { object: done, pods: [readyBefore(4, 7)] }]],
    'done at 6',
    { pinned: { isChanged: false } },
  ],
  ['its crash was long ago', [[0, { object: done, pods: [readyBefore(3600, 7)] }]], 'done at 0'],
];

describe('a workload that nobody probes is done when', () => {
  for (const [says, steps, ends, course] of CASES) {
    test(`${says}: ${ends}`, () => {
      assert.equal(endOf(steps, course), ends);
    });
  }
});

test('what is waited for is said', () => {
  const texts = ([0, 1] as const).map((restarts) => {
    const { verdict } = watch(looksOf([[0, up(restarts)]], 1));
    return verdict.text;
  });
  assert.deepEqual(texts, [
    '1 of 1 updated and available; it has to run for 2 s, since nothing probes it',
    '1 of 1 updated and available; what crashed before has to run for 10 s, since nothing probes it',
  ]);
});

test('a template of which one container is probed is watched', () => {
  const containers = [{ name: 'proxy' }, ...Object(template()['spec']).containers];
  assert.equal(endOf([starting, [3, up(0, unwatched(done, { template: { spec: { containers } } }))]]), 'done at 3');
});
