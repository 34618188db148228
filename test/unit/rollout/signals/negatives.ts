import type { JsonObject } from '../../../../src/values/json.ts';
import {
  backOff,
  condition,
  daemonSet,
  deployment,
  ended,
  event,
  IMAGE,
  pod,
  readyPod,
  running,
  statefulSet,
  template,
  unscheduled,
  waiting,
  withStatus,
  workload,
} from './objects.ts';
import { knowing, secret, type Course, type Step } from './timeline.ts';

/** Timelines that look bad for a while and must not fail: each false alarm that other tools are known for, and those of our own rows. */
export type Negative = {
  readonly says: string;
  readonly steps: readonly Step[];
  /** "progressing" at the end of 1000 s unless it says otherwise. */
  readonly ends: string;
  readonly untilSeconds?: number;
  readonly course?: Course;
};

const one = (status: JsonObject): { readonly pods: readonly JsonObject[] } => ({
  pods: [pod('a', { containers: [status] })],
});
const ready = { object: deployment({ available: 1 }), pods: [readyPod('a')] };
const config = (text: string): JsonObject => waiting('CreateContainerConfigError', text);
const pull = (text: string): JsonObject => waiting('ErrImagePull', text);
const NOT_FOUND = `${IMAGE}: not found`;
const DENIED = '401 Unauthorized';
const QUOTA = 'pods "server-x" is forbidden: exceeded quota: tight';
const FITS_NOWHERE = '0/1 nodes are available: 1 Insufficient cpu.';
const WORDS = (line: string): ReadonlyMap<string, readonly string[]> => new Map([['uid-a/server', [line]]]);
const surge = (updated: number, total: number, available: number): JsonObject =>
  withStatus(deployment({ wanted: 4, total, updated, available }), {
    conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', QUOTA)],
  });
const failedPods = (from: number, to: number): readonly JsonObject[] =>
  Array.from({ length: to - from }, (_, index) =>
    pod(`evicted-${from + index}`, { phase: 'Failed', reason: 'Evicted', containers: [] }),
  );

export const NEGATIVES: readonly Negative[] = [
  // Images
  {
    says: 'the registry answers 429 three times, then gives the image',
    steps: [
      [1, one(pull('429 Too Many Requests: unauthenticated pull rate limit'))],
      [15, { events: [event('Failed', 'Failed to pull image "x": 429 Too Many Requests', 'a', 3)] }],
      [40, ready],
    ],
    ends: 'done at 40',
  },
  {
    says: 'an overloaded registry answers 401 once, between refused connections',
    steps: [
      [1, one(pull('dial tcp: connect: connection refused'))],
      [14, { events: [event('Failed', 'Failed to pull image "x": dial tcp: connect: connection refused', 'a', 3)] }],
      [16, one(pull(DENIED))],
      [20, ready],
    ],
    ends: 'done at 20',
  },
  {
    says: 'the registry is paused for 20 s',
    steps: [
      [12, one(pull('context deadline exceeded'))],
      [30, ready],
    ],
    ends: 'done at 30',
  },
  {
    says: 'the tag is copied to the registry of this region 8 s later',
    steps: [
      [1, one(pull(NOT_FOUND))],
      [9, one(running())],
      [9.5, ready],
    ],
    ends: 'done at 9.5',
  },
  {
    says: 'the registry tells the runner that the tag is there: it is being copied',
    steps: [
      [1, { ...one(pull(NOT_FOUND)), ...knowing({ images: new Map([[IMAGE, 'there']]) }) }],
      [90, { ...ready }],
    ],
    ends: 'done at 90',
  },
  {
    says: 'the user gives a slow registry 60 s',
    steps: [
      [1, one(pull(NOT_FOUND))],
      [20, { events: [event('Failed', `Failed to pull image "${IMAGE}": ${NOT_FOUND}`, 'a', 3)] }],
      [55, ready],
    ],
    course: { patience: { imageGraceSeconds: 60 } },
    ends: 'done at 55',
  },
  {
    says: "the user's grace beats the registry's word",
    steps: [
      [1, { ...one(pull(NOT_FOUND)), ...knowing({ images: new Map([[IMAGE, 'missing']]) }) }],
      [30, ready],
    ],
    course: { patience: { imageGraceSeconds: 60 } },
    ends: 'done at 30',
  },
  {
    says: 'the pull secret is made a minute later',
    steps: [
      [
        1,
        {
          pods: [pod('a', { containers: [pull(DENIED)], spec: { imagePullSecrets: [{ name: 'regcred' }] } })],
          ...secret('missing', 'regcred'),
        },
      ],
      [60, secret('there', 'regcred')],
      [80, ready],
    ],
    ends: 'done at 80',
  },
  {
    says: 'an image called "denied" on a registry that does not answer',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', { containers: [pull('failed to resolve reference "registry.test/denied:403": i/o timeout')] }),
          ],
        },
      ],
      [100, ready],
    ],
    ends: 'done at 100',
  },
  {
    says: 'a big image takes ten minutes',
    steps: [
      [1, one(waiting('ContainerCreating'))],
      [600, ready],
    ],
    ends: 'done at 600',
  },
  {
    says: 'it was pulled after all, and the clock of the image is not that of the next trouble',
    steps: [
      [1, one(pull(NOT_FOUND))],
      [10, one(running())],
      [11, one(ended(0, 1))],
      [12, one(running(1))],
      [18, one(pull(NOT_FOUND))],
      [30, ready],
    ],
    ends: 'done at 30',
  },
  {
    says: 'a pod had been ready for 15 s when its node went: the next one cannot pull for a minute',
    steps: [
      [1, { object: deployment({ wanted: 2, total: 2, updated: 2, available: 1 }), pods: [readyPod('a'), pod('b')] }],
      [16, { pods: [pod('b')] }],
      [18, { pods: [pod('b'), pod('c', { containers: [pull(NOT_FOUND)] })] }],
      [80, ready],
    ],
    ends: 'done at 80',
  },
  // Containers
  {
    says: 'the app crashes once and is well',
    steps: [
      [1, one(ended(0, 1))],
      [2, { ...ready, pods: [readyPod('a', 1)] }],
    ],
    ends: 'done at 2',
  },
  {
    says: 'it has restarted five times and runs now, not ready yet',
    steps: [
      [1, one(backOff(1, 1))],
      [8, one(running(5, { ready: false }))],
    ],
    ends: 'progressing',
    untilSeconds: 300,
  },
  {
    says: 'the dependency comes up after 30 s, and its last words say that it waits',
    steps: [
      [1, { ...one(ended(0, 1)), ...knowing({ lastWords: WORDS('Error: connect ECONNREFUSED 10.0.0.1:5432') }) }],
      [14, one(backOff(2, 1))],
      [41, one(backOff(3, 1))],
      [55, ready],
    ],
    ends: 'done at 55',
  },
  {
    says: 'the dependency is another rollout of this run',
    steps: [
      [1, { ...one(backOff(2, 1)), ...knowing({ othersPending: true }) }],
      [35, ready],
    ],
    ends: 'done at 35',
  },
  {
    says: 'its termination message says that it waits',
    steps: [
      [1, one(backOff(2, 1, 'Error', 'waiting for db:5432'))],
      [45, ready],
    ],
    ends: 'done at 45',
  },
  {
    says: 'migrations wait for the database in an init container',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              initContainers: [backOff(2, 1, 'Error', 'dial tcp: lookup db: no such host', { name: 'migrate' })],
            }),
          ],
        },
      ],
      [55, ready],
    ],
    ends: 'done at 55',
  },
  {
    says: 'an init container that works for ten minutes',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', { initContainers: [running(0, { name: 'migrate' })], containers: [waiting('PodInitializing')] }),
          ],
        },
      ],
      [600, ready],
    ],
    ends: 'done at 600',
  },
  {
    says: 'an init container that ended well',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              initContainers: [ended(0, 0, 'Completed', '', { name: 'migrate' })],
              containers: [waiting('PodInitializing')],
            }),
          ],
        },
      ],
    ],
    ends: 'progressing',
  },
  {
    says: 'a native sidecar restarts once at the start',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              sidecars: ['istio-proxy'],
              initContainers: [ended(0, 1, 'Error', '', { name: 'istio-proxy' })],
            }),
          ],
        },
      ],
      [2, { pods: [pod('a', { sidecars: ['istio-proxy'], initContainers: [running(1, { name: 'istio-proxy' })] })] }],
      [8, ready],
    ],
    ends: 'done at 8',
  },
  {
    says: 'one pod of three crashes on its node, and is well after four restarts',
    steps: [
      [
        1,
        {
          object: deployment({ wanted: 2, total: 2, updated: 2, available: 1 }),
          pods: [readyPod('b'), pod('a', { containers: [backOff(3, 1)] })],
        },
      ],
      [
        58,
        {
          object: deployment({ wanted: 2, total: 2, updated: 2, available: 2 }),
          pods: [readyPod('a', 4), readyPod('b')],
        },
      ],
    ],
    ends: 'done at 58',
  },
  {
    says: 'one node kills for want of memory, the others do not',
    steps: [
      [
        1,
        {
          object: deployment({ wanted: 2, total: 2, updated: 2, available: 1 }),
          pods: [readyPod('b'), pod('a', { containers: [ended(1, 137, 'OOMKilled')] })],
        },
      ],
    ],
    ends: 'progressing',
  },
  {
    says: 'the container was lost with its node',
    steps: [[1, one(waiting('ContainerStatusUnknown', 'The container could not be located'))]],
    ends: 'progressing',
  },
  {
    says: 'the runtime stumbles over a start (exit 128 without a word)',
    steps: [
      [
        1,
        one(
          waiting('RunContainerError', '', {
            restartCount: 3,
            lastState: { terminated: { exitCode: 128, reason: 'StartError' } },
          }),
        ),
      ],
      [50, ready],
    ],
    ends: 'done at 50',
  },
  {
    says: 'the name of the container is still reserved',
    steps: [
      [1, one(waiting('CreateContainerError', 'name "server" is reserved for "abc"'))],
      [50, ready],
    ],
    ends: 'done at 50',
  },
  {
    says: 'a reason for waiting that nobody knows',
    steps: [[1, one(waiting('SomethingNew', 'x', { restartCount: 9 }))]],
    ends: 'progressing',
  },
  {
    says: 'running and never ready is left to the deadline',
    steps: [
      [
        1,
        { ...one(running(0, { ready: false })), events: [event('Unhealthy', 'Readiness probe failed: 503', 'a', 50)] },
      ],
    ],
    ends: 'progressing',
    untilSeconds: 1000,
  },
  {
    says: 'a readiness gate is not open yet',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              containers: [running()],
              conditions: [
                condition('ContainersReady', 'True', ''),
                condition('Ready', 'False', 'ReadinessGatesNotReady'),
              ],
            }),
          ],
        },
      ],
    ],
    ends: 'progressing',
  },
  {
    says: 'restarts from before the pod was well do not count',
    steps: [
      [1, one(backOff(4, 1))],
      [5, { pods: [readyPod('a', 4)], object: deployment({ wanted: 2, total: 1, updated: 1, available: 1 }) }],
      [60, { pods: [pod('a', { containers: [ended(4, 1)] })] }],
      [62, { pods: [readyPod('a', 5)] }],
    ],
    ends: 'progressing',
    untilSeconds: 200,
  },
  {
    says: 'it crashes once more after it was well, however often it did before',
    steps: [
      [1, one(backOff(4, 1))],
      [5, { pods: [readyPod('a', 4)], object: deployment({ wanted: 2, total: 1, updated: 1, available: 1 }) }],
      [60, { pods: [pod('a', { containers: [backOff(5, 1)] })] }],
    ],
    ends: 'progressing',
    untilSeconds: 200,
  },
  {
    says: 'an init container that failed twice and then ended well',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              initContainers: [ended(2, 0, 'Completed', '', { name: 'migrate' })],
              containers: [waiting('PodInitializing')],
            }),
          ],
        },
      ],
    ],
    ends: 'progressing',
  },
  {
    says: 'somebody looks around with an ephemeral container',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              containers: [running(0, { ready: false })],
              more: { ephemeralContainerStatuses: [ended(0, 1)] },
            }),
          ],
        },
      ],
    ],
    ends: 'progressing',
  },
  // Configuration
  {
    says: 'the Secret appears after 15 s, and the kubelet sees it at 31 s',
    steps: [
      [1, { ...one(config('secret "db" not found')), ...secret('missing') }],
      [15, secret('there')],
      [31, ready],
    ],
    ends: 'done at 31',
  },
  {
    says: 'an ExternalSecret makes it after 40 s',
    steps: [
      [
        1,
        {
          ...one(config('secret "db" not found')),
          ...secret('missing', 'db', undefined, { makers: new Map([['Secret/db', 'ExternalSecret/db']]) }),
        },
      ],
      [55, ready],
    ],
    ends: 'done at 55',
  },
  {
    says: 'nobody may read Secrets, it appears after 16 s and is seen at 30 s',
    steps: [
      [1, { ...one(config('secret "db" not found')), ...secret('unknown') }],
      [16, { events: [event('Failed', 'Error: secret "db" not found', 'a', 3)] }],
      [30, ready],
    ],
    ends: 'done at 30',
  },
  {
    says: 'a key that is added after 15 s',
    steps: [
      [1, { ...one(config("couldn't find key password in Secret shop/db")), ...secret('missing', 'db', 'password') }],
      [15, secret('there', 'db', 'password')],
      [31, ready],
    ],
    ends: 'done at 31',
  },
  {
    says: 'the kubelet starts, and has no Secret yet',
    steps: [
      [1, one(config('failed to sync secret cache: timed out waiting for the condition'))],
      [80, ready],
    ],
    ends: 'done at 80',
  },
  // Volumes, nodes, network
  {
    says: 'the Secret of a volume appears after 20 s, and the kubelet looks again at 64 s',
    steps: [
      [
        0.3,
        {
          pods: [pod('a')],
          events: [event('FailedMount', 'MountVolume.SetUp failed for volume "x" : secret "tls" not found', 'a', 6)],
          ...secret('missing', 'tls'),
        },
      ],
      [20, secret('there', 'tls')],
      [65, ready],
    ],
    ends: 'done at 65',
  },
  {
    says: 'an old mount event, and a big image is being pulled now',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              conditions: [condition('PodScheduled', 'True', ''), condition('PodReadyToStartContainers', 'True', '')],
            }),
          ],
          events: [event('FailedMount', 'secret "tls" not found', 'a', 6)],
          ...secret('missing', 'tls'),
        },
      ],
    ],
    ends: 'progressing',
  },
  {
    says: 'an old mount event on a kubelet before 1.29, which pulls now',
    steps: [
      [
        1,
        {
          pods: [pod('a')],
          events: [event('FailedMount', 'secret "tls" not found', 'a', 6)],
          ...secret('missing', 'tls', undefined, { podEvents: new Map([['uid-a', [event('Pulling', '', 'a')]]]) }),
        },
      ],
    ],
    ends: 'progressing',
  },
  {
    says: 'the network of a fresh node comes up after 60 s',
    steps: [
      [1, { pods: [pod('a')], events: [event('FailedCreatePodSandBox', 'cni not ready', 'a', 9)] }],
      [60, ready],
    ],
    ends: 'done at 60',
  },
  {
    says: 'the driver of a fresh node comes up after 90 s',
    steps: [
      [
        1,
        {
          pods: [pod('a')],
          events: [event('FailedMount', 'driver name x not found in the list of registered CSI drivers', 'a', 9)],
        },
      ],
      [90, ready],
    ],
    ends: 'done at 90',
  },
  {
    says: 'the autoscaler adds a node after 150 s',
    steps: [
      [1, { pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE)], ...knowing({}) }],
      [20, knowing({ podEvents: new Map([['uid-a', [event('TriggeredScaleUp', '', 'a')]]]) })],
      [150, ready],
    ],
    ends: 'done at 150',
  },
  {
    says: 'the autoscaler refuses first, and then takes another group',
    steps: [
      [
        1,
        {
          pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE)],
          ...knowing({ podEvents: new Map([['uid-a', [event('NotTriggerScaleUp', '', 'a')]]]) }),
        },
      ],
      [
        40,
        knowing({
          podEvents: new Map([['uid-a', [event('NotTriggerScaleUp', '', 'a'), event('TriggeredScaleUp', '', 'a')]]]),
        }),
      ],
      [150, ready],
    ],
    ends: 'done at 150',
  },
  {
    says: 'Karpenter nominated a node',
    steps: [
      [
        1,
        {
          pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE)],
          ...knowing({ podEvents: new Map([['uid-a', [event('Nominated', '', 'a')]]]) }),
        },
      ],
      [200, ready],
    ],
    ends: 'done at 200',
  },
  {
    says: 'a pod of lower priority makes room (nominatedNodeName)',
    steps: [
      [1, { pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE, { nominatedNodeName: 'node-1' })], ...knowing({}) }],
      [90, ready],
    ],
    ends: 'done at 90',
  },
  {
    says: 'old pods leave first: the nodes are full',
    steps: [
      [1, { pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE)], ...knowing({ leavingPods: 1 }) }],
      [90, ready],
    ],
    ends: 'done at 90',
  },
  {
    says: 'a node is cordoned after the first pod was ready',
    steps: [
      [
        1,
        {
          object: deployment({ wanted: 2, total: 2, updated: 2, available: 1 }),
          pods: [
            readyPod('b'),
            unscheduled('a', 'Unschedulable', '0/1 nodes are available: 1 node(s) were unschedulable.'),
          ],
          ...knowing({}),
        },
      ],
      [120, { ...ready }],
    ],
    ends: 'done at 120',
  },
  {
    says: 'Kueue holds the pod back',
    steps: [
      [1, { pods: [unscheduled('a', 'SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates')] }],
    ],
    ends: 'progressing',
    untilSeconds: 1000,
  },
  {
    says: 'two evictions, and their successors are well',
    steps: [
      [0, { pods: [] }],
      [5, { pods: failedPods(0, 2) }],
      [60, { object: deployment({ available: 1 }), pods: [...failedPods(0, 2), readyPod('a')] }],
    ],
    ends: 'done at 60',
  },
  {
    says: 'pods that were evicted before we came',
    steps: [[0, { pods: [...failedPods(0, 9), pod('a')] }]],
    ends: 'progressing',
    untilSeconds: 300,
  },
  {
    says: 'an eviction every 50 s is no storm',
    steps: [
      [0, { pods: [] }],
      [5, { pods: failedPods(0, 1) }],
      [55, { pods: failedPods(0, 2) }],
      [105, { pods: failedPods(0, 3) }],
      [155, { pods: failedPods(0, 4) }],
    ],
    ends: 'progressing',
    untilSeconds: 300,
  },
  {
    says: 'a DaemonSet with a node that is not ready',
    steps: [[1, { object: daemonSet(2, 2, 1), pods: [readyPod('b'), pod('a')] }]],
    ends: 'progressing',
    untilSeconds: 500,
  },
  // Creation
  {
    says: 'old pods leave, and free the quota',
    steps: [
      [
        1,
        { object: surge(1, 4, 4), events: [event('FailedCreate', QUOTA, 'server', 9)], ...knowing({ leavingPods: 1 }) },
      ],
      [40, { object: deployment({ wanted: 4, total: 4, updated: 4, available: 4 }) }],
    ],
    ends: 'done at 40',
  },
  {
    says: 'old pods have left, and the controller, which was refused for a while, tries again only later',
    steps: [
      [
        1,
        { object: surge(1, 4, 3), events: [event('FailedCreate', QUOTA, 'server', 9)], ...knowing({ leavingPods: 1 }) },
      ],
      [
        21,
        {
          object: surge(1, 4, 3),
          events: [event('FailedCreate', QUOTA, 'server', 12)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
      [40, { object: deployment({ wanted: 4, total: 4, updated: 4, available: 4 }) }],
    ],
    ends: 'done at 40',
  },
  {
    says: 'the controller may still take old pods away, and free the quota',
    steps: [
      [
        1,
        { object: surge(1, 4, 4), events: [event('FailedCreate', QUOTA, 'server', 9)], ...knowing({ leavingPods: 0 }) },
      ],
      [40, { object: deployment({ wanted: 4, total: 4, updated: 4, available: 4 }) }],
    ],
    ends: 'done at 40',
  },
  {
    says: 'pods leave, though the controller may take no more away',
    steps: [
      [
        1,
        { object: surge(1, 4, 3), events: [event('FailedCreate', QUOTA, 'server', 9)], ...knowing({ leavingPods: 1 }) },
      ],
      [40, { object: deployment({ wanted: 4, total: 4, updated: 4, available: 4 }) }],
    ],
    ends: 'done at 40',
  },
  {
    says: 'strategy Recreate: the old pods are still to leave',
    steps: [
      [
        1,
        {
          object: { ...surge(0, 4, 3), spec: { replicas: 4, strategy: { type: 'Recreate' }, template: template() } },
          events: [event('FailedCreate', QUOTA, 'server', 9)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
      [40, ready],
    ],
    ends: 'done at 40',
  },
  {
    says: 'neither surge nor one unavailable: the controller takes one away all the same',
    steps: [
      [
        1,
        {
          object: {
            ...surge(0, 4, 4),
            spec: {
              replicas: 4,
              strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
              template: template(),
            },
          },
          events: [event('FailedCreate', QUOTA, 'server', 9)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
      [40, ready],
    ],
    ends: 'done at 40',
  },
  {
    says: 'each pod that is made begins the clock of the quota anew',
    steps: [
      [
        1,
        {
          object: surge(1, 3, 3),
          pods: [readyPod('a')],
          events: [event('FailedCreate', QUOTA, 'server', 9)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
      [18, { object: surge(2, 3, 3) }],
      [35, { object: surge(3, 3, 3) }],
      [50, { object: deployment({ wanted: 4, total: 4, updated: 4, available: 4 }) }],
    ],
    ends: 'done at 50',
  },
  {
    says: 'a refusal of a StatefulSet whose pod is there by now',
    steps: [
      [
        1,
        {
          object: statefulSet(3, 1, 1),
          pods: [readyPod('server-0'), pod('server-1', { containers: [running(0, { ready: false })] })],
          events: [
            event(
              'FailedCreate',
              'create Pod server-1 in StatefulSet server failed error: exceeded quota',
              'server',
              4,
            ),
          ],
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'progressing',
    untilSeconds: 300,
  },
  {
    says: 'an old refusal that names no pod, of a StatefulSet that has them all',
    steps: [
      [
        1,
        {
          object: statefulSet(1, 0, 1),
          pods: [pod('server-0')],
          events: [event('FailedCreate', QUOTA, 'server', 4)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'progressing',
    untilSeconds: 300,
  },
  {
    says: 'a refusal of a DaemonSet that has all its pods by now',
    steps: [
      [
        1,
        {
          object: daemonSet(1, 1, 0),
          pods: [pod('a')],
          events: [event('FailedCreate', QUOTA, 'server', 4)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'progressing',
    untilSeconds: 300,
  },
  {
    says: 'a refusal of a Deployment that is over: the condition is gone',
    steps: [
      [
        1,
        {
          object: deployment({ wanted: 2, total: 2, updated: 1, available: 1 }),
          events: [event('FailedCreate', QUOTA, 'server', 4)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'progressing',
    untilSeconds: 300,
  },
  {
    says: 'the condition is an older ReplicaSet’s: none of the newest was refused',
    steps: [[1, { object: surge(1, 4, 3), pods: [pod('a')], events: [], ...knowing({ leavingPods: 0 }) }]],
    ends: 'progressing',
    untilSeconds: 300,
  },
  {
    says: 'a webhook restarts',
    steps: [
      [
        1,
        {
          object: withStatus(deployment({ total: 0, updated: 0 }), {
            conditions: [
              condition('ReplicaFailure', 'True', 'FailedCreate', 'failed calling webhook "x": no endpoints available'),
            ],
          }),
        },
      ],
      [45, ready],
    ],
    ends: 'done at 45',
  },
  {
    says: 'a policy denies once',
    steps: [
      [
        1,
        {
          object: withStatus(deployment({ total: 0, updated: 0 }), {
            conditions: [
              condition(
                'ReplicaFailure',
                'True',
                'FailedCreate',
                'admission webhook "x" denied the request: no Team yet',
              ),
            ],
          }),
        },
      ],
      [30, ready],
    ],
    ends: 'done at 30',
  },
  {
    says: 'events that say Failed and mean nothing',
    steps: [
      [
        1,
        {
          pods: [pod('a')],
          events: [
            event('FailedToUpdateEndpoint', 'x', 'server', 9),
            event('RecreatingFailedPod', 'x', 'server', 9),
            event('FailedDelete', 'x', 'server', 9),
            event('FailedGetResourceMetric', 'x', 'server', 9),
          ],
        },
      ],
    ],
    ends: 'progressing',
    untilSeconds: 300,
  },
  // The workload
  {
    says: 'undo to a ReplicaSet that exists: the old deadline is told for some seconds',
    steps: [
      [
        0,
        {
          object: withStatus(deployment(), {
            conditions: [
              condition('Progressing', 'False', 'ProgressDeadlineExceeded', '', {
                lastUpdateTime: '2025-12-31T23:00:00Z',
              }),
            ],
          }),
        },
      ],
      [25, { object: deployment({ available: 1 }) }],
    ],
    ends: 'done at 25',
  },
  {
    says: 'an old deadline, and everything is ready: ready wins',
    steps: [
      [
        0,
        {
          object: withStatus(deployment({ available: 1 }), {
            conditions: [
              condition('Progressing', 'False', 'ProgressDeadlineExceeded', '', {
                lastUpdateTime: '2025-12-31T23:00:00Z',
              }),
            ],
          }),
        },
      ],
    ],
    ends: 'done at 0',
  },
  {
    says: 'ready wins over every signal of its pods',
    steps: [
      [
        0,
        {
          object: deployment({ available: 1 }),
          pods: [pod('a', { containers: [waiting('InvalidImageName', 'x'), ended(9, 1)] })],
        },
      ],
    ],
    ends: 'done at 0',
  },
  {
    says: 'the control plane restarts: the change is not seen for 40 s',
    steps: [
      [0, { object: withStatus(deployment(), { observedGeneration: 1 }) }],
      [40, ready],
    ],
    ends: 'done at 40',
  },
  {
    says: 'paused, and its newest template runs everywhere',
    steps: [
      [0, { object: { ...deployment({ available: 1 }), spec: { replicas: 1, paused: true, template: template() } } }],
    ],
    ends: 'done at 0',
  },
  {
    says: 'an autoscaler changes the number of replicas',
    steps: [
      [0, { object: deployment() }],
      [
        5,
        {
          object: {
            ...deployment({ wanted: 5, total: 5, updated: 5, available: 5 }),
            metadata: { name: 'server', uid: 'uid-server', generation: 3 },
            status: { observedGeneration: 3, replicas: 5, updatedReplicas: 5, availableReplicas: 5 },
          },
        },
      ],
    ],
    ends: 'done at 5',
  },
  {
    says: 'a pod is deleted during the rollout, and comes again',
    steps: [
      [1, one(ended(0, 1))],
      [4, { pods: [] }],
      [6, { pods: [pod('b')] }],
      [9, ready],
    ],
    ends: 'done at 9',
  },
  {
    says: 'a pod that is being deleted says what it likes',
    steps: [[1, { pods: [pod('a', { leaving: true, containers: [waiting('InvalidImageName', 'x')] })] }]],
    ends: 'progressing',
  },
  {
    says: 'pods of the older revision crash, as they did before',
    steps: [[1, { pods: [pod('b')], olderPods: [pod('a', { revision: 'old', containers: [backOff(40, 1)] })] }]],
    ends: 'progressing',
  },
  {
    says: 'an old pod of a StatefulSet restarts for 20 s',
    steps: [
      [
        1,
        { object: statefulSet(2, 1, 1), olderPods: [pod('server-0', { revision: 'old', containers: [ended(1, 1)] })] },
      ],
      [21, { object: statefulSet(2, 2, 2), olderPods: [] }],
    ],
    ends: 'done at 21',
  },
  {
    says: 'an older pod that is ready blocks nothing, whatever its containers say',
    steps: [
      [
        1,
        {
          object: statefulSet(2, 1, 1),
          olderPods: [pod('server-0', { revision: 'old', ready: true, containers: [backOff(5, 1)] })],
        },
      ],
    ],
    ends: 'progressing',
  },
  {
    says: 'a StatefulSet that needs no order is not blocked by an old pod',
    steps: [
      [
        1,
        {
          object: {
            ...statefulSet(2, 1, 1),
            spec: { ...Object(statefulSet(2, 1, 1)['spec']), podManagementPolicy: 'Parallel' },
          },
          olderPods: [pod('server-0', { revision: 'old', containers: [backOff(5, 1)] })],
        },
      ],
    ],
    ends: 'progressing',
  },
  {
    says: 'a custom resource is stalled for the 10 s that its Secret takes',
    steps: [
      [
        1,
        {
          object: workload('custom', {
            status: { observedGeneration: 2, conditions: [condition('Stalled', 'True', 'SecretMissing')] },
          }),
        },
      ],
      [
        11,
        {
          object: workload('custom', {
            status: { observedGeneration: 2, conditions: [condition('Ready', 'True', '')] },
          }),
        },
      ],
    ],
    ends: 'done at 11',
  },
  {
    says: 'pods of a Job fail less often than it allows',
    steps: [
      [
        1,
        {
          object: { kind: 'Job', metadata: { uid: 'uid-server', generation: 2 }, spec: { completions: 1 }, status: {} },
          pods: [pod('a', { spec: { restartPolicy: 'OnFailure' }, containers: [backOff(4, 1)] })],
        },
      ],
    ],
    ends: 'progressing',
  },
  // Without failing fast: what kubectl says and nothing else
  ...[
    one(waiting('InvalidImageName', 'x')),
    one(backOff(40, 1)),
    { object: withStatus(deployment(), { observedGeneration: 1 }) },
  ].map((change, index): Negative => ({
    says: `fail-fast: false waits as kubectl does (${index + 1})`,
    steps: [[0, change]],
    course: { patience: { failFast: false } },
    ends: 'progressing',
    untilSeconds: 400,
  })),
];
