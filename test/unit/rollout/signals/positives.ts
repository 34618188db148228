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
  unscheduled,
  waiting,
  withStatus,
  workload,
  type Counts,
} from './objects.ts';
import { knowing, secret, type Course, type Step } from './timeline.ts';

/** Timelines that must fail: what, how it comes, and what is told. */
export type Positive = {
  readonly row: string;
  readonly says: string;
  readonly steps: readonly Step[];
  readonly ends: string;
  readonly course?: Course;
};

const one = (status: JsonObject): { readonly pods: readonly JsonObject[] } => ({
  pods: [pod('a', { containers: [status] })],
});
const besideReady = (
  status: JsonObject,
): Partial<{ readonly object: JsonObject; readonly pods: readonly JsonObject[] }> => ({
  object: deployment({ wanted: 2, total: 2, updated: 2, available: 1 }),
  pods: [readyPod('b'), pod('a', { containers: [status] })],
});
const pull = (text: string): JsonObject => waiting('ErrImagePull', text);
const config = (text: string): JsonObject => waiting('CreateContainerConfigError', text);
const NOT_FOUND = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`;
const DENIED = 'pulling from host registry.test failed with status code [manifests 1]: 401 Unauthorized';
const noMemory = (restarts: number): JsonObject => ended(restarts, 137, 'OOMKilled');
const noCommand = (restarts: number): JsonObject =>
  waiting('RunContainerError', 'exec: "/nosuch": stat /nosuch: no such file or directory: unknown', {
    restartCount: restarts,
  });

/** [row, what the one container says, when it fails, when it does beside a pod that is ready] */
const CONTAINERS: readonly (readonly [
  row: string,
  reason: string,
  status: JsonObject,
  none: number,
  some: number | undefined,
])[] = [
  ['image-name', 'image-name-invalid', waiting('InvalidImageName', "couldn't parse image name"), 1, 1],
  [
    'image-never-pull',
    'image-never-pulled',
    waiting('ErrImageNeverPull', 'is not present with pull policy of Never'),
    11,
    121,
  ],
  ['image-signature', 'image-access-denied', waiting('SignatureValidationFailed', 'no signature'), 16, 61],
  ['image-inspect', 'image-pull-failed', waiting('ImageInspectError', 'cannot inspect'), 61, 121],
  [
    'image-unreachable',
    'image-pull-failed',
    pull('dial tcp 10.0.0.1:443: connect: connection refused'),
    121,
    undefined,
  ],
  [
    'image-certificate',
    'image-pull-failed',
    pull('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    61,
    121,
  ],
  ['image-platform', 'image-platform-mismatch', pull('no match for platform in manifest: not found'), 16, 121],
  ['image-access', 'image-access-denied', pull(DENIED), 9, 121],
  ['image-missing', 'image-not-found', pull(NOT_FOUND), 16, 121],
  ['image-other', 'image-pull-failed', pull('something else'), 121, undefined],
  ['config-root', 'runs-as-root', config('container has runAsNonRoot and image will run as root'), 1, 1],
  [
    'config-sync',
    'config-missing',
    config('failed to sync secret cache: timed out waiting for the condition'),
    91,
    undefined,
  ],
  ['config-command', 'command-not-found', waiting('CreateContainerError', 'no command specified'), 11, 11],
  ['config-other', 'container-not-created', waiting('CreateContainerError', 'context deadline exceeded'), 61, 121],
  [
    'crash-mount',
    'container-not-started',
    waiting('RunContainerError', 'error mounting "/x": not a directory', { restartCount: 2 }),
    1,
    1,
  ],
  [
    'crash-start',
    'container-not-started',
    waiting('RunContainerError', 'runc did not terminate', { restartCount: 2 }),
    61,
    121,
  ],
  ['crash-exit-code', 'command-not-found', backOff(2, 127), 1, 1],
  ['crash', 'container-crashed', backOff(4, 1), 11, 61],
  ['crash-exit', 'container-exited', backOff(4, 0, 'Completed'), 11, 61],
  ['crash-hook', 'hook-failed', waiting('PostStartHookError', 'hook failed', { restartCount: 3 }), 11, 61],
];

const fromContainers = CONTAINERS.flatMap(([row, reason, status, none, some]): readonly Positive[] => [
  { row, says: 'nobody is ready', steps: [[1, one(status)]], ends: `failed ${reason} (${row}) at ${none}` },
  {
    row,
    says: 'another pod of the revision is ready',
    steps: [[1, besideReady(status)]],
    ends: some === undefined ? 'progressing' : `failed ${reason} (${row}) at ${some}`,
  },
]);

const pending = (
  message: string,
  count: number,
  reason = 'FailedMount',
  containers = [waiting('ContainerCreating')],
): Partial<{ readonly pods: readonly JsonObject[]; readonly events: readonly JsonObject[] }> => ({
  pods: [pod('a', { containers })],
  events: [event(reason, message, 'a', count)],
});
const NO_TLS = 'MountVolume.SetUp failed for volume "tls" : secret "tls" not found';
const NO_KEY = 'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: cert';
const FITS_NOWHERE = '0/1 nodes are available: 1 Insufficient cpu.';

const refused = (
  message: string,
  count = 2,
): Partial<{ readonly object: JsonObject; readonly events: readonly JsonObject[] }> => ({
  object: withStatus(deployment({ total: 0, updated: 0 }), {
    conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', message)],
  }),
  events: [event('FailedCreate', `Error creating: ${message}`, 'server', count)],
});
const QUOTA = 'pods "server-x" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=0, limited: pods=0';

/** [row, the refusal, when it fails] */
const CREATIONS: readonly (readonly [row: string, reason: string, message: string, seconds: number])[] = [
  [
    'creation-namespace',
    'namespace-terminating',
    'pods "x" is forbidden: unable to create new content in namespace shop because it is being terminated',
    1,
  ],
  [
    'creation-webhook-down',
    'webhook-unavailable',
    'Internal error occurred: failed calling webhook "x.test": dial tcp: connection refused',
    61,
  ],
  ['creation-denied', 'admission-denied', 'admission webhook "policy.test" denied the request: no', 11],
  ['creation-denied', 'admission-denied', "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no", 11],
  [
    'creation-security',
    'pod-security-violated',
    'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
    6,
  ],
  [
    'creation-quota-unspecified',
    'quota-exceeded',
    'pods "x" is forbidden: failed quota: tight: must specify limits.cpu',
    6,
  ],
  [
    'creation-service-account',
    'service-account-missing',
    'pods "x" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found',
    16,
  ],
  [
    'creation-priority',
    'priority-class-missing',
    'pods "x" is forbidden: no PriorityClass with name urgent was found',
    16,
  ],
  [
    'creation-limits',
    'limit-range-violated',
    'pods "x" is forbidden: maximum memory usage per Container is 32Mi, but limit is 64Mi',
    6,
  ],
  [
    'creation-invalid',
    'pod-invalid',
    'Pod "x" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit',
    1,
  ],
  ['creation-other', 'pods-not-created', 'the server could not do it', 61],
];

const lost = (number: number, reason: string): readonly JsonObject[] =>
  Array.from({ length: number }, (_, index) =>
    pod(`lost-${index}`, { phase: 'Failed', reason, message: 'gone', containers: [] }),
  );

export const POSITIVES: readonly Positive[] = [
  ...fromContainers,
  ...CREATIONS.map(([row, reason, message, seconds]): Positive => ({
    row,
    says: message.slice(0, 60),
    steps: [[1, refused(message)]],
    ends: `failed ${reason} (${row}) at ${seconds}`,
  })),
  {
    row: 'image-missing',
    says: 'the registry tells the runner too: at once',
    steps: [[1, { ...one(pull(NOT_FOUND)), ...knowing({ images: new Map([[IMAGE, 'missing']]) }) }]],
    ends: 'failed image-not-found (image-missing) at 1',
  },
  {
    row: 'image-missing',
    says: 'the second attempt, told by the event, is enough',
    steps: [
      [1, one(pull(NOT_FOUND))],
      [10.5, { events: [event('Failed', `Failed to pull image "${IMAGE}": ${NOT_FOUND}`, 'a', 2)] }],
    ],
    ends: 'failed image-not-found (image-missing) at 10.5',
  },
  {
    row: 'image-missing',
    says: 'the second attempt, told by the status alone, is enough',
    steps: [
      [1, one(pull(NOT_FOUND))],
      [3, one(waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`))],
      [11, one(pull(NOT_FOUND))],
    ],
    ends: 'failed image-not-found (image-missing) at 11',
  },
  {
    row: 'image-missing',
    says: 'an older kubelet says only that it backs off',
    steps: [
      [1, one(pull(NOT_FOUND))],
      [2, one(waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`))],
    ],
    ends: 'failed image-not-found (image-missing) at 16',
  },
  {
    row: 'image-missing',
    says: 'an older kubelet, and only the event has the error',
    steps: [
      [
        1,
        {
          ...one(waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`)),
          events: [event('Failed', `Failed to pull image "${IMAGE}": ${NOT_FOUND}`, 'a')],
        },
      ],
    ],
    ends: 'failed image-not-found (image-missing) at 16',
  },
  {
    row: 'image-missing',
    says: 'the user gives it 5 s',
    steps: [[1, one(pull(NOT_FOUND))]],
    course: { patience: { imageGraceSeconds: 5 } },
    ends: 'failed image-not-found (image-missing) at 6',
  },
  {
    row: 'image-missing',
    says: 'a new pod of the same revision inherits the clock',
    steps: [
      [1, one(pull(NOT_FOUND))],
      [9, { pods: [pod('c')] }],
      [12, { pods: [pod('c', { containers: [pull(NOT_FOUND)] })] }],
    ],
    ends: 'failed image-not-found (image-missing) at 16',
  },
  {
    row: 'image-missing',
    says: 'in an init container',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              initContainers: [{ ...pull(NOT_FOUND), name: 'migrate' }],
              containers: [waiting('PodInitializing')],
            }),
          ],
        },
      ],
    ],
    ends: 'failed image-not-found (image-missing) at 16',
  },
  {
    row: 'image-access',
    says: 'a pull secret that never comes',
    steps: [
      [
        1,
        {
          pods: [pod('a', { containers: [pull(DENIED)], spec: { imagePullSecrets: [{ name: 'regcred' }] } })],
          ...secret('missing', 'regcred'),
        },
      ],
    ],
    ends: 'failed image-access-denied (image-access) at 91',
  },
  {
    row: 'config-object',
    says: 'the Secret is missing',
    steps: [[1, { ...one(config('secret "db" not found')), ...secret('missing') }]],
    ends: 'failed config-missing (config-object) at 21',
  },
  {
    row: 'config-object',
    says: 'beside a pod that is ready',
    steps: [[1, { ...besideReady(config('secret "db" not found')), ...secret('missing') }]],
    ends: 'failed config-missing (config-object) at 121',
  },
  {
    row: 'config-object',
    says: 'nobody may read Secrets: 35 s',
    steps: [[1, { ...one(config('secret "db" not found')), ...secret('unknown') }]],
    ends: 'failed config-missing (config-object) at 36',
  },
  {
    row: 'config-object',
    says: 'nobody may read Secrets: one more attempt after 20 s',
    steps: [
      [1, { ...one(config('secret "db" not found')), ...secret('unknown') }],
      [24.5, { events: [event('Failed', 'Error: secret "db" not found', 'a', 4)] }],
    ],
    ends: 'failed config-missing (config-object) at 24.5',
  },
  {
    row: 'config-object',
    says: 'an ExternalSecret that does not make it',
    steps: [
      [
        1,
        {
          ...one(config('secret "db" not found')),
          ...secret('missing', 'db', undefined, { makers: new Map([['Secret/db', 'ExternalSecret/db']]) }),
        },
      ],
    ],
    ends: 'failed config-missing (config-object) at 91',
  },
  {
    row: 'config-object',
    says: 'it is there, and the kubelet does not see it for a minute',
    steps: [
      [1, { ...one(config('configmap "db" not found')), ...secret('missing') }],
      [10, knowing({ configs: new Map([['ConfigMap/db', 'there']]) })],
    ],
    ends: 'failed config-missing (config-object) at 70',
  },
  {
    row: 'config-key',
    says: 'the key is missing',
    steps: [
      [1, { ...one(config("couldn't find key password in Secret shop/db")), ...secret('missing', 'db', 'password') }],
    ],
    ends: 'failed config-key-missing (config-key) at 21',
  },
  {
    row: 'config-key',
    says: 'beside a pod that is ready',
    steps: [
      [
        1,
        {
          ...besideReady(config("couldn't find key password in Secret shop/db")),
          ...secret('missing', 'db', 'password'),
        },
      ],
    ],
    ends: 'failed config-key-missing (config-key) at 61',
  },
  {
    row: 'crash-command',
    says: 'the first restart',
    steps: [
      [1, one(noCommand(0))],
      [2, one(noCommand(1))],
    ],
    ends: 'failed command-not-found (crash-command) at 2',
  },
  {
    row: 'crash-command',
    says: 'the second restart beside a pod that is ready',
    steps: [
      [1, besideReady(noCommand(1))],
      [14, besideReady(noCommand(2))],
    ],
    ends: 'failed command-not-found (crash-command) at 14',
  },
  {
    row: 'crash-memory',
    says: 'the first restart',
    steps: [
      [1, one(noMemory(0))],
      [2, one(noMemory(1))],
    ],
    ends: 'failed out-of-memory (crash-memory) at 2',
  },
  {
    row: 'crash-memory',
    says: 'the user allows a restart more',
    steps: [
      [1, one(noMemory(1))],
      [15, one(noMemory(2))],
    ],
    course: { patience: { maxRestarts: 3 } },
    ends: 'failed out-of-memory (crash-memory) at 15',
  },
  {
    row: 'crash-memory',
    says: 'the user allows none: the first restart, no threshold is below one',
    steps: [
      [1, one(noMemory(0))],
      [2, one(noMemory(1))],
    ],
    course: { patience: { maxRestarts: 0 } },
    ends: 'failed out-of-memory (crash-memory) at 2',
  },
  {
    row: 'crash',
    says: 'the second restart',
    steps: [
      [1, one(ended(0, 1))],
      [2, one(ended(1, 1))],
      [2.6, one(backOff(1, 1))],
      [13.8, one(ended(2, 1))],
    ],
    ends: 'failed container-crashed (crash) at 13.8',
  },
  {
    row: 'crash',
    says: 'the user allows five restarts',
    steps: [
      [1, one(ended(0, 1))],
      [14, one(backOff(2, 1))],
      [150, one(backOff(5, 1))],
    ],
    course: { patience: { maxRestarts: 5 } },
    ends: 'failed container-crashed (crash) at 150',
  },
  {
    row: 'crash',
    says: 'it is ready for two seconds between its crashes',
    steps: [
      [1, one(running())],
      [1.5, { pods: [readyPod('a')], object: deployment({ wanted: 2, updated: 1 }) }],
      [3, one(ended(0, 1))],
      [5, { pods: [readyPod('a', 1)] }],
      [7, one(backOff(1, 1))],
      [16, { pods: [readyPod('a', 2)] }],
      [18, one(backOff(2, 1))],
    ],
    ends: 'failed container-crashed (crash) at 18',
  },
  {
    row: 'crash',
    says: 'it waits for a dependency that never comes',
    steps: [
      [
        1,
        {
          ...one(backOff(2, 1)),
          ...knowing({ lastWords: new Map([['uid-a/server', ['Error: connect ECONNREFUSED 10.0.0.1:5432']]]) }),
        },
      ],
      [40, one(backOff(3, 1))],
      [90, one(backOff(4, 1))],
    ],
    ends: 'failed container-crashed (crash) at 90',
  },
  {
    row: 'crash',
    says: 'it cannot connect because its own configuration is wrong',
    steps: [
      [
        1,
        {
          ...one(backOff(2, 1)),
          ...knowing({ lastWords: new Map([['uid-a/server', ['could not connect', 'fatal: DB_HOST is not set']]]) }),
        },
      ],
    ],
    ends: 'failed container-crashed (crash) at 11',
  },
  {
    row: 'crash',
    says: 'a native sidecar',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              sidecars: ['proxy'],
              initContainers: [backOff(2, 2, 'Error', '', { name: 'proxy' })],
              containers: [waiting('PodInitializing')],
            }),
          ],
        },
      ],
    ],
    ends: 'failed container-crashed (crash) at 11',
  },
  {
    row: 'crash',
    says: 'a workload that crashed before, and was not changed',
    steps: [[0, one(backOff(40, 1))]],
    course: { pinned: { isChanged: false } },
    ends: 'failed container-crashed (crash) at 10',
  },
  {
    row: 'crash',
    says: 'its last words are known, and speak of nothing that may come up: no third start is waited for',
    steps: [
      [1, one(ended(0, 1))],
      [
        1.7,
        { ...one(ended(1, 1)), ...knowing({ lastWords: new Map([['uid-a/server', ['TypeError: x is undefined']]]) }) },
      ],
    ],
    ends: 'failed container-crashed (crash) at 13',
  },
  {
    row: 'crash',
    says: 'its last words are known, and the user allows three restarts',
    steps: [
      [
        1,
        {
          ...one(backOff(2, 1)),
          ...knowing({ lastWords: new Map([['uid-a/server', ['TypeError: x is undefined']]]) }),
        },
      ],
      [41, one(backOff(3, 1))],
    ],
    course: { patience: { maxRestarts: 3 } },
    ends: 'failed container-crashed (crash) at 41',
  },
  {
    row: 'crash',
    says: 'another rollout of this run is pending, but its own last words will not change',
    steps: [
      [
        1,
        {
          ...one(backOff(2, 1)),
          ...knowing({
            othersPending: true,
            lastWords: new Map([['uid-a/server', ["Error: Cannot find module './x.js'"]]]),
          }),
        },
      ],
    ],
    ends: 'failed container-crashed (crash) at 11',
  },
  {
    row: 'creation-quota',
    says: 'the controller has taken away all that it may',
    steps: [
      [
        1,
        {
          object: withStatus(deployment({ wanted: 4, total: 4, updated: 1, available: 3 }), {
            conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', QUOTA)],
          }),
          events: [event('FailedCreate', QUOTA, 'server', 3)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'failed quota-exceeded (creation-quota) at 6',
  },
  {
    row: 'creation-quota',
    says: 'strategy Recreate, and the old pods are gone',
    steps: [
      [
        1,
        {
          ...refused(QUOTA),
          object: refusedWith({ type: 'Recreate' }, { total: 0, updated: 0 }),
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'failed quota-exceeded (creation-quota) at 6',
  },
  {
    row: 'creation-quota',
    says: 'one may be unavailable, and one is',
    steps: [
      [
        1,
        {
          ...refused(QUOTA),
          object: refusedWith(
            { rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
            { wanted: 2, total: 1, updated: 0, available: 1 },
          ),
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'failed quota-exceeded (creation-quota) at 6',
  },
  {
    row: 'crash-memory',
    says: 'seen at its first restart',
    steps: [[1, one(noMemory(1))]],
    ends: 'failed out-of-memory (crash-memory) at 1',
  },
  {
    row: 'crash-memory',
    says: 'the second restart beside a pod that is ready',
    steps: [
      [1, besideReady(noMemory(1))],
      [14, besideReady(noMemory(2))],
    ],
    ends: 'failed out-of-memory (crash-memory) at 14',
  },
  {
    row: 'crash-memory',
    says: 'seen at its second restart beside a pod that is ready',
    steps: [[1, besideReady(noMemory(2))]],
    ends: 'failed out-of-memory (crash-memory) at 1',
  },
  {
    row: 'crash-command',
    says: 'seen at its first restart',
    steps: [[1, one(noCommand(1))]],
    ends: 'failed command-not-found (crash-command) at 1',
  },
  {
    row: 'crash-command',
    says: 'seen at its second restart beside a pod that is ready',
    steps: [[1, besideReady(noCommand(2))]],
    ends: 'failed command-not-found (crash-command) at 1',
  },
  {
    row: 'image-access',
    says: 'the second attempt',
    steps: [
      [1, one(pull(DENIED))],
      [4, { events: [event('Failed', `Failed to pull image "${IMAGE}": ${DENIED}`, 'a', 2)] }],
    ],
    ends: 'failed image-access-denied (image-access) at 4',
  },
  {
    row: 'image-platform',
    says: 'the second attempt',
    steps: [
      [1, one(pull('no match for platform'))],
      [4, { events: [event('Failed', 'Failed to pull image "x": no match for platform', 'a', 2)] }],
    ],
    ends: 'failed image-platform-mismatch (image-platform) at 4',
  },
  {
    row: 'crash-init',
    says: 'two restarts and 35 s',
    steps: [
      [
        1,
        {
          pods: [
            pod('a', {
              initContainers: [backOff(2, 3, 'Error', '', { name: 'migrate' })],
              containers: [waiting('PodInitializing')],
            }),
          ],
        },
      ],
    ],
    ends: 'failed init-container-failed (crash-init) at 36',
  },
  {
    row: 'crash-probe',
    says: 'killed by its liveness probe',
    steps: [[1, { ...one(backOff(2, 137)), events: [event('Unhealthy', 'Liveness probe failed: ', 'a', 3)] }]],
    ends: 'failed liveness-failed (crash-probe) at 11',
  },
  {
    row: 'crash-hook',
    says: 'the back-off says only that it was killed',
    steps: [
      [3, one(waiting('PostStartHookError', 'failed'))],
      [7, { ...one(backOff(1, 137)), events: [event('FailedPostStartHook', 'PostStartHook failed', 'a', 2)] }],
    ],
    ends: 'failed hook-failed (crash-hook) at 13',
  },
  {
    row: 'schedule',
    says: 'fits nowhere',
    steps: [[1, { pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE)], ...knowing({}) }]],
    ends: 'failed pod-unschedulable (schedule) at 46',
  },
  {
    row: 'schedule',
    says: 'beside a pod that is ready',
    steps: [
      [
        1,
        {
          object: deployment({ wanted: 2, total: 2, updated: 2, available: 1 }),
          pods: [readyPod('b'), unscheduled('a', 'Unschedulable', FITS_NOWHERE)],
          ...knowing({}),
        },
      ],
    ],
    ends: 'failed pod-unschedulable (schedule) at 181',
  },
  {
    row: 'schedule',
    says: 'the user gives it 20 s',
    steps: [[1, { pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE)], ...knowing({}) }]],
    course: { patience: { scheduleGraceSeconds: 20 } },
    ends: 'failed pod-unschedulable (schedule) at 21',
  },
  {
    row: 'schedule',
    says: 'the autoscaler refuses: 30 s more',
    steps: [
      [1, { pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE)], ...knowing({}) }],
      [40, knowing({ podEvents: new Map([['uid-a', [event('NotTriggerScaleUp', 'no group fits', 'a')]]]) })],
    ],
    ends: 'failed pod-unschedulable (schedule) at 70',
  },
  {
    row: 'schedule',
    says: 'the autoscaler promised a node that never comes',
    steps: [
      [
        1,
        {
          pods: [unscheduled('a', 'Unschedulable', FITS_NOWHERE)],
          ...knowing({ podEvents: new Map([['uid-a', [event('TriggeredScaleUp', '', 'a')]]]) }),
        },
      ],
    ],
    ends: 'failed pod-unschedulable (schedule) at 601',
  },
  {
    row: 'schedule-claim',
    says: 'the claim is missing',
    steps: [
      [
        1,
        {
          pods: [
            unscheduled(
              'a',
              'Unschedulable',
              '0/1 nodes are available: persistentvolumeclaim "data" not found. not found',
            ),
          ],
        },
      ],
    ],
    ends: 'failed volume-claim-missing (schedule-claim) at 31',
  },
  {
    row: 'schedule-unbound',
    says: 'the claim gets no volume',
    steps: [[1, { pods: [unscheduled('a', 'Unschedulable', 'pod has unbound immediate PersistentVolumeClaims')] }]],
    ends: 'failed volume-claim-missing (schedule-unbound) at 121',
  },
  {
    row: 'mount-object',
    says: 'the Secret is missing',
    steps: [[0.3, { ...pending(NO_TLS, 2), ...secret('missing', 'tls') }]],
    ends: 'failed config-missing (mount-object) at 31',
  },
  {
    row: 'mount-key',
    says: 'the key is missing',
    steps: [
      [
        0.3,
        {
          pods: [pod('a', { spec: { volumes: [{ name: 'tls', secret: { secretName: 'tls' } }] } })],
          events: [event('FailedMount', NO_KEY, 'a', 2)],
          ...secret('missing', 'tls', 'cert'),
        },
      ],
    ],
    ends: 'failed config-key-missing (mount-key) at 31',
  },
  {
    row: 'mount-sync',
    says: 'the kubelet never gets it',
    steps: [
      [
        1,
        pending(
          'MountVolume.SetUp failed for volume "x" : failed to sync secret cache: timed out waiting for the condition',
          3,
        ),
      ],
    ],
    ends: 'failed volume-not-mounted (mount-sync) at 91',
  },
  {
    row: 'mount-attach',
    says: 'another node holds it',
    steps: [[1, pending('Multi-Attach error for volume "pvc-1"', 2, 'FailedAttachVolume')]],
    ends: 'failed volume-not-mounted (mount-attach) at 121',
  },
  {
    row: 'mount-other',
    says: 'the driver never comes',
    steps: [[1, pending('rpc error: code = Internal desc = driver', 2)]],
    ends: 'failed volume-not-mounted (mount-other) at 121',
  },
  {
    row: 'network',
    says: 'no addresses left',
    steps: [[1, pending('Failed to create pod sandbox: no IP', 5, 'FailedCreatePodSandBox')]],
    ends: 'failed network-not-ready (network) at 91',
  },
  {
    row: 'loss-node',
    says: 'three evictions in a minute',
    steps: [
      [0, { pods: [] }],
      [5, { pods: lost(1, 'Evicted') }],
      [20, { pods: lost(2, 'Evicted') }],
      [40, { pods: lost(3, 'Evicted') }],
    ],
    ends: 'failed pods-evicted (loss-node) at 40',
  },
  {
    row: 'loss-other',
    says: 'two pods fail as a whole',
    steps: [
      [0, { pods: [] }],
      [5, { pods: lost(2, 'DeadlineExceeded') }],
    ],
    ends: 'failed pod-failed (loss-other) at 15',
  },
  {
    row: 'creation-quota',
    says: 'no pod leaves',
    steps: [[1, { ...refused(QUOTA), ...knowing({ leavingPods: 0 }) }]],
    ends: 'failed quota-exceeded (creation-quota) at 6',
  },
  {
    row: 'creation-quota',
    says: 'nobody knows whether pods leave',
    steps: [[1, { ...refused(QUOTA), ...knowing({ leavingPods: undefined }) }]],
    ends: 'failed quota-exceeded (creation-quota) at 21',
  },
  {
    row: 'creation-quota',
    says: 'another rollout of this run may free some',
    steps: [[1, { ...refused(QUOTA), ...knowing({ leavingPods: 0, othersPending: true }) }]],
    ends: 'failed quota-exceeded (creation-quota) at 61',
  },
  {
    row: 'creation-quota',
    says: 'old pods must stay (maxUnavailable rounds down to 0)',
    steps: [
      [
        1,
        {
          object: withStatus(deployment({ wanted: 2, total: 2, updated: 0, available: 2 }), {
            conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', QUOTA)],
          }),
          events: [event('FailedCreate', QUOTA, 'server', 3)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'failed quota-exceeded (creation-quota) at 6',
  },
  {
    row: 'creation-quota',
    says: 'a StatefulSet',
    steps: [
      [
        1,
        {
          object: statefulSet(2, 0, 0),
          events: [
            event('FailedCreate', `create Pod server-0 in StatefulSet server failed error: ${QUOTA}`, 'server', 5),
          ],
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'failed quota-exceeded (creation-quota) at 6',
  },
  {
    row: 'creation-quota',
    says: 'a DaemonSet',
    steps: [
      [
        1,
        {
          object: daemonSet(2, 0, 0),
          events: [event('FailedCreate', `Error creating: ${QUOTA}`, 'server', 5)],
          ...knowing({ leavingPods: 0 }),
        },
      ],
    ],
    ends: 'failed quota-exceeded (creation-quota) at 6',
  },
  {
    row: 'creation-security',
    says: 'without access to events, by the condition',
    steps: [[1, { ...refused('pods "x" is forbidden: violates PodSecurity "restricted:latest": x'), events: [] }]],
    ends: 'failed pod-security-violated (creation-security) at 6',
  },
  {
    row: 'workload-deadline',
    says: 'it passed after our change',
    steps: [[1, { object: late('2026-01-01T00:00:01Z') }]],
    ends: 'failed progress-deadline-exceeded at 1',
  },
  {
    row: 'workload-deadline',
    says: 'nothing was changed',
    steps: [[1, { object: late('2025-01-01T00:00:00Z') }]],
    course: { pinned: { isChanged: false } },
    ends: 'failed progress-deadline-exceeded at 1',
  },
  {
    row: 'workload-deadline',
    says: 'an old one that does not go away',
    steps: [[1, { object: late('2025-12-31T23:00:00Z') }]],
    ends: 'failed progress-deadline-exceeded at 31',
  },
  {
    row: 'workload-stalled',
    says: 'a custom resource',
    steps: [
      [
        1,
        {
          object: workload('custom', {
            status: { observedGeneration: 2, conditions: [condition('Stalled', 'True', 'Broken', 'no')] },
          }),
        },
      ],
    ],
    ends: 'failed resource-stalled at 16',
  },
  {
    row: 'workload-paused',
    says: 'with old pods',
    steps: [[1, { object: paused(deployment({ wanted: 2, total: 2, updated: 0, available: 2 })) }]],
    ends: 'failed rollout-paused (workload-paused) at 4',
  },
  {
    row: 'workload-replica-set',
    says: 'the ReplicaSet cannot be made',
    steps: [
      [
        1,
        {
          object: withStatus(deployment({ total: 0, updated: 0 }), {
            conditions: [condition('Progressing', 'False', 'ReplicaSetCreateError', 'no')],
          }),
        },
      ],
    ],
    ends: 'failed pods-not-created (workload-replica-set) at 16',
  },
  {
    row: 'workload-unseen',
    says: 'the controller is gone',
    steps: [[1, { object: withStatus(deployment(), { observedGeneration: 1 }) }]],
    ends: 'failed controller-inactive (workload-unseen) at 61',
  },
  {
    row: 'workload-blocked',
    says: 'a broken pod of the older revision',
    steps: [
      [0, { object: statefulSet(1, 0, 0) }],
      [
        1,
        {
          object: statefulSet(1, 0, 0),
          olderPods: [pod('server-0', { revision: 'old', containers: [pull(NOT_FOUND)] })],
        },
      ],
    ],
    ends: 'failed update-blocked (workload-blocked) at 31',
  },
];

function late(lastUpdateTime: string): JsonObject {
  return withStatus(deployment(), {
    conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', '', { lastUpdateTime })],
  });
}

function paused(object: JsonObject): JsonObject {
  return { ...object, spec: { ...Object(object['spec']), paused: true } };
}

function refusedWith(strategy: JsonObject, counts: Counts): JsonObject {
  const object = deployment(counts);
  return withStatus(
    { ...object, spec: { ...Object(object['spec']), strategy } },
    { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', QUOTA)] },
  );
}
