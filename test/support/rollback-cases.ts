import type { Cluster } from './cluster.ts';
import { configMapText, documents, manifestText } from './workload-text.ts';

/** Deploys that fail after they have changed something, and what was there before. */

export type RollbackCase = {
  /** What a user sees. */
  readonly name: string;
  /** The good deploy before. */
  readonly good: string;
  readonly broken: string;
  readonly reason: string;
  readonly result?: 'timed-out';
  /** What else is in the namespace, before the good deploy. */
  readonly prepare?: (cluster: Cluster) => Promise<unknown>;
  /** `kubectl apply` makes the good state, and this action has never been there. */
  readonly isAppliedByKubectl?: boolean;
  /** `${REGISTRY}` in them is the lab's. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Other files of the workspace that the broken deploy needs. */
  readonly files?: Readonly<Record<string, string>>;
  /** What somebody else does while the broken deploy is rolled out. */
  readonly meanwhile?: (cluster: Cluster) => Promise<unknown>;
  /** The replicas of deployment/web that somebody else has set meanwhile, and that have to stay. */
  readonly scaledTo?: number;
  /** The workload that the broken deploy never came to. */
  readonly untouched?: string;
  readonly says?: readonly RegExp[];
};

type App = {
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Names of a ConfigMap and of a Secret whose keys become variables. */
  readonly settings?: string;
  readonly secret?: string;
  readonly image?: string;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
};

/** Crashes when MODE is `broken`, and without the variable NEEDED when it is `strict`. It says when it is up, so that nobody takes it for ready before. */
const SCRIPT = [
  'case "$MODE:$NEEDED" in broken:*|strict:) echo "MODE=$MODE does not work" >&2; exit 3;; esac',
  'touch /tmp/up',
  'exec sleep 2147483647',
].join('; ');
/** Costs nothing once it has succeeded, unlike a readinessProbe. */
const STARTUP_PROBE = { exec: { command: ['test', '-e', '/tmp/up'] }, periodSeconds: 1, failureThreshold: 60 };

export function app({
  kind = 'Deployment',
  name = 'web',
  env = {},
  settings,
  secret,
  image = 'busybox:1',
  container = {},
  spec = {},
  metadata = {},
}: App = {}): string {
  const labels = { app: name };
  const envFrom = [
    ...(settings === undefined ? [] : [{ configMapRef: { name: settings } }]),
    ...(secret === undefined ? [] : [{ secretRef: { name: secret } }]),
  ];
  return manifestText({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...metadata },
    spec: {
      selector: { matchLabels: labels },
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      ...spec,
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'main',
              image,
              command: ['sh', '-c', SCRIPT],
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              envFrom,
              startupProbe: STARTUP_PROBE,
              ...container,
            },
          ],
        },
      },
    },
  });
}

export function object(apiVersion: string, kind: string, name: string, content: object, metadata: object = {}): string {
  return manifestText({ apiVersion, kind, metadata: { name, ...metadata }, ...content });
}

const service = (port: number, selector: object, more: object = {}): string =>
  object('v1', 'Service', 'web', { spec: { selector, ports: [{ name: 'http', port, targetPort: 8080 }], ...more } });

const secret = (stringData: object): string => object('v1', 'Secret', 'password', { type: 'Opaque', stringData });

const job = (name: string, command: string): string =>
  object('batch/v1', 'Job', name, {
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', image: 'busybox:1', command: ['sh', '-c', command] }],
        },
      },
    },
  });

const autoscaler = (maxReplicas: number): string =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: { minReplicas: 1, maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  });

const GOOD = { MODE: 'good' };
const BROKEN = { MODE: 'broken' };
export const NEVER_READY = { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } };

/** Everything that is not a workload, in two versions. */
function surroundings(version: 'old' | 'new'): string {
  const isOld = version === 'old';
  const metadata = isOld
    ? { labels: { stage: 'one', left: 'yes' }, annotations: { note: 'old', gone: 'yes' } }
    : { labels: { stage: 'two', come: 'yes' }, annotations: { note: 'new', come: 'yes' } };
  const verbs = isOld ? ['get', 'list'] : ['get'];
  const port = isOld ? 80 : 81;
  return documents(
    object('v1', 'ServiceAccount', 'robot', {}, metadata),
    object(
      'rbac.authorization.k8s.io/v1',
      'Role',
      'reader',
      { rules: [{ apiGroups: [''], resources: ['pods'], verbs }] },
      metadata,
    ),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'reader', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [
        { kind: 'ServiceAccount', name: 'robot' },
        ...(isOld ? [{ kind: 'ServiceAccount', name: 'default' }] : []),
      ],
    }),
    object('policy/v1', 'PodDisruptionBudget', 'web', {
      spec: { [isOld ? 'minAvailable' : 'maxUnavailable']: 1, selector: { matchLabels: { app: 'web' } } },
    }),
    object('networking.k8s.io/v1', 'NetworkPolicy', 'web', {
      spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port }] }] },
    }),
    object('networking.k8s.io/v1', 'Ingress', 'web', {
      spec: { defaultBackend: { service: { name: 'web', port: { number: port } } } },
    }),
    object(
      'v1',
      'ConfigMap',
      'binary',
      isOld ? { binaryData: { blob: 'AAEC' } } : { data: { blob: 'text' } },
      metadata,
    ),
  );
}

const wave = (number: number): Readonly<Record<string, unknown>> => ({
  annotations: { 'k8s-deploy/wave': String(number) },
});

export const ROLLBACK_CASES: readonly RollbackCase[] = [
  {
    name: 'an image that is not in the registry',
    good: app({ env: GOOD }),
    broken: app({ env: GOOD, image: '${REGISTRY}/e2e/never-pushed:1' }),
    inputs: { 'must-exist': 'none', 'image-grace': '1s', vars: 'REGISTRY' },
    reason: 'image-not-found',
  },
  {
    name: 'a bad value in a ConfigMap, with a new template',
    good: documents(configMapText('settings', GOOD), app({ settings: 'settings', env: { STEP: '1' } })),
    broken: documents(configMapText('settings', BROKEN), app({ settings: 'settings', env: { STEP: '2' } })),
    reason: 'container-crashed',
  },
  {
    name: 'a bad value in a Secret',
    good: documents(secret({ ...GOOD, OLD: '1' }), app({ secret: 'password' })),
    broken: documents(secret({ ...BROKEN, NEW: '2' }), app({ secret: 'password' })),
    reason: 'container-crashed',
  },
  {
    name: 'a key that the app needs left the ConfigMap',
    good: documents(configMapText('settings', { MODE: 'strict', NEEDED: 'yes' }), app({ settings: 'settings' })),
    broken: documents(configMapText('settings', { MODE: 'strict' }), app({ settings: 'settings' })),
    reason: 'container-crashed',
  },
  {
    name: 'keys of a ConfigMap deleted and others added, while the image is bad',
    good: documents(
      configMapText('settings', { kept: 'a', changed: 'b', deleted: 'c' }),
      app({ settings: 'settings' }),
    ),
    broken: documents(
      configMapText('settings', { kept: 'a', changed: 'B', added: 'd' }),
      app({ settings: 'settings', container: { command: ['/no-such-program'] } }),
    ),
    reason: 'command-not-found',
  },
  {
    name: 'a migration that fails before the workloads are touched',
    good: documents(configMapText('settings', { SCHEMA: '1' }), app({ settings: 'settings', env: { STEP: '1' } })),
    broken: documents(configMapText('settings', { SCHEMA: '2' }), app({ settings: 'settings', env: { STEP: '2' } })),
    files: { 'migration.yaml': job('migrate', 'echo "no such column"; exit 1') },
    inputs: { 'pre-deploy': 'migration.yaml' },
    reason: 'job-failed',
    untouched: 'deployment/web',
  },
  {
    name: 'a smoke test that fails after a good rollout',
    good: documents(configMapText('settings', GOOD), app({ settings: 'settings', env: { STEP: '1' } })),
    broken: documents(configMapText('settings', { MODE: 'fine' }), app({ settings: 'settings', env: { STEP: '2' } })),
    files: { 'smoke.sh': 'echo "the page is empty" >&2; exit 1\n' },
    inputs: { 'smoke-test': 'run sh smoke.sh', 'smoke-timeout': '1s' },
    reason: 'smoke-test-failed',
  },
  {
    name: 'a set of objects of which the server refuses one when others are applied',
    prepare: async (cluster) =>
      cluster.kubectl(['create', '--filename=-'], {
        input: object('v1', 'ResourceQuota', 'few', { spec: { hard: { 'count/configmaps': '3' } } }),
      }),
    good: documents(configMapText('settings', GOOD), app({ settings: 'settings', env: { STEP: '1' } })),
    broken: documents(
      configMapText('settings', { MODE: 'fine' }),
      configMapText('third', { a: '1' }),
      configMapText('too-many', { a: '1' }),
      app({ settings: 'settings', env: { STEP: '2' } }),
    ),
    reason: 'apply-failed',
  },
  {
    name: 'a StatefulSet whose pods start one after the other, stuck at one that crashes',
    good: documents(
      configMapText('settings', GOOD),
      app({ kind: 'StatefulSet', settings: 'settings', spec: { replicas: 2 } }),
    ),
    broken: documents(
      configMapText('settings', BROKEN),
      app({ kind: 'StatefulSet', settings: 'settings', spec: { replicas: 2 }, env: { STEP: '2' } }),
    ),
    reason: 'container-crashed',
  },
  {
    name: 'a DaemonSet whose new pod crashes',
    good: app({ kind: 'DaemonSet', env: GOOD }),
    broken: app({ kind: 'DaemonSet', env: BROKEN }),
    reason: 'container-crashed',
  },
  {
    name: 'new objects beside one that is broken',
    good: app({ env: GOOD }),
    broken: documents(
      configMapText('fresh', { a: '1' }),
      object('v1', 'Secret', 'fresh', { stringData: { a: '1' } }),
      object('v1', 'Service', 'fresh', { spec: { selector: { app: 'fresh' }, ports: [{ port: 80 }] } }),
      app({ name: 'fresh', settings: 'fresh' }),
      app({ env: BROKEN }),
    ),
    reason: 'container-crashed',
    says: [/deleted again: .*Deployment\/fresh/],
  },
  {
    name: 'somebody scales the Deployment in between',
    good: app({ env: GOOD }),
    broken: app({ env: GOOD, container: NEVER_READY }),
    inputs: { timeout: '15s' },
    meanwhile: async (cluster) => cluster.kubectl(['scale', 'deployment/web', '--replicas=2']),
    scaledTo: 2,
    reason: 'rollout-timed-out',
    result: 'timed-out',
  },
  {
    name: 'an autoscaler that is changed too, and scales in between',
    good: documents(autoscaler(3), app({ env: GOOD })),
    broken: documents(autoscaler(5), app({ env: GOOD, container: NEVER_READY })),
    inputs: { timeout: '15s' },
    meanwhile: async (cluster) => scaleAsAutoscaler(cluster),
    scaledTo: 2,
    reason: 'rollout-timed-out',
    result: 'timed-out',
  },
  {
    name: 'set-image of a workload that is not in the manifests',
    prepare: async (cluster) => {
      await cluster.kubectl(['create', '--filename=-'], { input: app({ name: 'legacy', env: GOOD }) });
      await cluster.kubectl(['rollout', 'status', 'deployment/legacy', '--timeout=60s']);
    },
    good: configMapText('settings', GOOD),
    broken: configMapText('settings', BROKEN),
    inputs: {
      'must-exist': 'none',
      'image-grace': '1s',
      'set-image': 'deployment/legacy main=${REGISTRY}/e2e/never-pushed:1',
    },
    reason: 'image-not-found',
  },
  {
    name: 'a ConfigMap alone is changed, and the app breaks when it is restarted',
    good: documents(configMapText('settings', GOOD), app({ settings: 'settings' })),
    broken: documents(configMapText('settings', BROKEN), app({ settings: 'settings' })),
    reason: 'container-crashed',
  },
  {
    name: 'two workloads of which one is fine',
    good: documents(app({ name: 'fine', env: { STEP: '1' } }), app({ env: GOOD })),
    broken: documents(app({ name: 'fine', env: { STEP: '2' } }), app({ env: BROKEN })),
    reason: 'container-crashed',
    says: [/restored: .*Deployment\/fine/],
  },
  {
    name: 'selector and port of a Service',
    good: documents(service(80, { app: 'web' }), app({ env: GOOD })),
    broken: documents(
      service(81, { app: 'web', version: '2' }, { sessionAffinity: 'ClientIP', type: 'NodePort' }),
      app({ env: BROKEN }),
    ),
    reason: 'container-crashed',
  },
  {
    name: 'what kubectl applied before, at the first deploy of this action',
    isAppliedByKubectl: true,
    good: documents(
      configMapText('settings', { ...GOOD, OLD: '1' }),
      service(80, { app: 'web' }),
      app({ settings: 'settings', env: { LEFT: '1' } }),
    ),
    broken: documents(
      configMapText('settings', { ...BROKEN, NEW: '2' }),
      service(80, { app: 'web', version: '2' }),
      app({ settings: 'settings', env: { NEW: '2' } }),
    ),
    reason: 'container-crashed',
  },
  {
    name: 'a rollout that never ends',
    good: app({ env: GOOD }),
    broken: app({ env: GOOD, container: NEVER_READY }),
    inputs: { timeout: '15s' },
    reason: 'rollout-timed-out',
    result: 'timed-out',
  },
  {
    name: 'the second of two waves, of which the first went well',
    good: documents(app({ name: 'first', env: { STEP: '1' } }), app({ env: GOOD, metadata: wave(1) })),
    broken: documents(app({ name: 'first', env: { STEP: '2' } }), app({ env: BROKEN, metadata: wave(1) })),
    reason: 'container-crashed',
    says: [/restored: .*Deployment\/first/],
  },
  {
    name: 'another strategy',
    good: app({ env: GOOD, spec: { strategy: { type: 'Recreate' } } }),
    broken: app({
      env: BROKEN,
      spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } },
    }),
    reason: 'container-crashed',
  },
  {
    name: 'the strategy the other way round, when no old pod is left',
    good: app({ env: GOOD, spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } } }),
    broken: app({ env: BROKEN, spec: { strategy: { type: 'Recreate' } } }),
    reason: 'container-crashed',
  },
  {
    name: 'objects of many kinds, with labels and annotations',
    good: documents(surroundings('old'), app({ env: GOOD, metadata: { labels: { stage: 'one' } } })),
    broken: documents(surroundings('new'), app({ env: BROKEN, metadata: { labels: { come: 'yes' } } })),
    reason: 'container-crashed',
  },
];

async function scaleAsAutoscaler(cluster: Cluster): Promise<unknown> {
  const patch = JSON.stringify({ spec: { replicas: 2 } });
  return cluster.kubectl([
    'patch',
    'deployment/web',
    '--subresource=scale',
    '--type=merge',
    `--patch=${patch}`,
    '--field-manager=kube-controller-manager',
  ]);
}
