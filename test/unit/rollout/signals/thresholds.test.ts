import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../src/values/json.ts';
import { backOff, condition, deployment, event, pod, readyPod, waiting, withStatus } from './objects.ts';
import { knowing, looksOf, told, watch, type Scene } from './timeline.ts';

/** Numbers of the table that only show at their edge: one restart fewer does not fail, that many do, in their second. */

type Edge = readonly [
  row: string,
  reason: string,
  container: (restarts: number) => Partial<Scene>,
  none: readonly [restarts: number, seconds: number],
  some: readonly [restarts: number, seconds: number],
];

const app = (status: JsonObject): Partial<Scene> => ({ pods: [pod('a', { containers: [status] })] });
const init = (status: JsonObject): Partial<Scene> => ({
  pods: [pod('a', { initContainers: [{ ...status, name: 'migrate' }], containers: [waiting('PodInitializing')] })],
});

const EDGES: readonly Edge[] = [
  ['crash', 'container-crashed', (restarts) => app(backOff(restarts, 1)), [2, 10], [4, 60]],
  ['crash-exit', 'container-exited', (restarts) => app(backOff(restarts, 0, 'Completed')), [2, 10], [4, 60]],
  ['crash-init', 'init-container-failed', (restarts) => init(backOff(restarts, 1)), [2, 35], [4, 60]],
  [
    'crash-probe',
    'liveness-failed',
    (restarts) => ({ ...app(backOff(restarts, 137)), events: [event('Unhealthy', 'Startup probe failed: x', 'a')] }),
    [2, 10],
    [4, 60],
  ],
  [
    'crash-hook',
    'hook-failed',
    (restarts) => app(waiting('PostStartHookError', 'x', { restartCount: restarts })),
    [1, 10],
    [3, 60],
  ],
  ['crash-memory', 'out-of-memory', (restarts) => app(backOff(restarts, 137, 'OOMKilled')), [1, 0], [2, 0]],
  ['crash-exit-code', 'command-not-found', (restarts) => app(backOff(restarts, 126)), [1, 0], [2, 0]],
  [
    'crash-mount',
    'container-not-started',
    (restarts) => app(waiting('RunContainerError', 'not a directory', { restartCount: restarts })),
    [1, 0],
    [2, 0],
  ],
];

const besideReady = (scene: Partial<Scene>): Partial<Scene> => ({
  ...scene,
  object: deployment({ wanted: 2, total: 2, updated: 2, available: 1 }),
  pods: [...(scene.pods ?? []), readyPod('b')],
});

for (const [row, reason, container, none, some] of EDGES) {
  for (const [says, [restarts, seconds], scene] of [
    ['nobody is ready', none, container],
    ['another pod is ready', some, (count: number) => besideReady(container(count))],
  ] as const) {
    test(`${row}: ${restarts} restarts and ${seconds} s when ${says}, and not one fewer`, () => {
      assert.equal(told(watch(looksOf([[0, scene(restarts)]], 200))), `failed ${reason} (${row}) at ${seconds}`);
      assert.equal(told(watch(looksOf([[0, scene(restarts - 1)]], 200))), 'progressing');
    });
  }
}

test('exit 0 whose last words are known: one restart and 12 s', () => {
  const heard = knowing({ lastWords: new Map([['uid-a/server', ['done']]]) });
  const scene = (restarts: number): Partial<Scene> => ({ ...app(backOff(restarts, 0, 'Completed')), ...heard });
  assert.equal(told(watch(looksOf([[0, scene(1)]], 200))), 'failed container-exited (crash-exit) at 12');
  assert.equal(told(watch(looksOf([[0, scene(0)]], 200))), 'progressing');
});

/** [what the API server says, when it fails although a pod of the revision is ready] */
const REFUSALS: readonly (readonly [message: string, seconds: number])[] = [
  ['namespace shop because it is being terminated', 0],
  ['failed calling webhook "x"', 120],
  ['admission webhook "x" denied the request', 60],
  ['pods "x" is forbidden: violates PodSecurity "restricted:latest"', 60],
  ['pods "x" is forbidden: failed quota: q: must specify limits.cpu', 60],
  ['pods "x" is forbidden: exceeded quota: q', 20],
  ['serviceaccount "robot" not found', 60],
  ['no PriorityClass with name urgent was found', 60],
  ['pods "x" is forbidden: minimum cpu usage per Container is 1, but request is 500m', 60],
  ['Pod "x" is invalid: spec', 60],
  ['something else', 120],
];

for (const [message, seconds] of REFUSALS) {
  test(`"${message}" while another pod is ready: ${seconds} s`, () => {
    const object = withStatus(deployment({ wanted: 2, total: 1, updated: 1, available: 1 }), {
      conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', message)],
    });
    const scene = {
      object,
      pods: [readyPod('b')],
      events: [event('FailedCreate', message, 'server', 2)],
      ...knowing({}),
    };
    const { verdict, seconds: at } = watch(looksOf([[0, scene]], 200));
    assert.deepEqual([verdict.kind, at], ['failed', seconds]);
  });
}

/** [the pod's trouble, when it fails although another pod is ready; undefined for never] */
const PODS: readonly (readonly [says: string, scene: Partial<Scene>, seconds: number | undefined])[] = [
  [
    'FailedMount',
    {
      events: [event('FailedMount', 'secret "x" not found', 'a', 2)],
      ...knowing({ configs: new Map([['Secret/x', 'missing']]) }),
    },
    120,
  ],
  ['FailedMount', { events: [event('FailedMount', 'references non-existent secret key: x', 'a', 2)] }, 120],
  ['FailedAttachVolume', { events: [event('FailedAttachVolume', 'Multi-Attach error', 'a', 2)] }, 120],
  ['FailedMount', { events: [event('FailedMount', 'driver', 'a', 2)] }, undefined],
  ['FailedMount', { events: [event('FailedMount', 'failed to sync secret cache', 'a', 2)] }, undefined],
  ['FailedCreatePodSandBox', { events: [event('FailedCreatePodSandBox', 'no IP', 'a', 2)] }, undefined],
];

for (const [says, scene, seconds] of PODS) {
  test(`${says} while another pod is ready: ${seconds === undefined ? 'left to the deadline' : `${seconds} s`}`, () => {
    const { verdict, seconds: at } = watch(looksOf([[0, besideReady({ ...scene, pods: [pod('a')] })]], 700));
    assert.deepEqual([verdict.kind, at], seconds === undefined ? ['progressing', 700] : ['failed', seconds]);
  });
}
