import type { RolloutReason } from '../../src/reasons.ts';
import { manifestText } from './workload-text.ts';

/** The registries that the images of broken workloads name, as host:port. */
export type Registries = {
  readonly open: string;
  /** Refuses everybody; undefined where a lab has none. */
  readonly refusing: string | undefined;
};

/** A workload by the name of "server" that cannot come up, each for one reason that is in the manifest or in the namespace. */
export type BrokenWorkload = {
  readonly name: string;
  readonly reason: RolloutReason;
  /** From `kubectl apply` to a non-zero exit, at most. */
  readonly targetSeconds: number;
  /** What the sentence of the verdict has to say. */
  readonly says: RegExp;
  readonly manifest: (registries: Registries) => string;
  readonly needsRefusingRegistry: boolean;
  /** What the namespace has before the deploy. */
  readonly namespace: { readonly labels: readonly string[]; readonly objects: readonly unknown[] };
};

type Kind = 'Deployment' | 'StatefulSet' | 'DaemonSet';
type PodParts = { readonly container?: object; readonly spec?: object };

/** The manifest of a workload whose only container is a busybox that sleeps, but for the given parts. */
function server(kind: Kind, { container = {}, spec = {} }: PodParts): string {
  const labels = { app: 'server' };
  const main = { name: 'main', image: 'busybox:1', command: ['sleep', '2147483647'], ...container };
  return manifestText({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'server' },
    spec: {
      selector: { matchLabels: labels },
      ...(kind === 'StatefulSet' ? { serviceName: 'server' } : {}),
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 0, containers: [main], ...spec },
      },
    },
  });
}

type Row = {
  readonly reason: RolloutReason;
  readonly targetSeconds: number;
  readonly says: RegExp;
  readonly parts: (registries: Registries) => PodParts;
  readonly labels?: readonly string[];
  readonly objects?: readonly unknown[];
  readonly needsRefusingRegistry?: boolean;
};

const variable = (valueFrom: object): PodParts => ({ container: { env: [{ name: 'TOKEN', valueFrom }] } });

/** These four are tried with every kind. */
const OF_EVERY_KIND: Readonly<Record<string, Row>> = {
  'invalid image name': {
    reason: 'image-name-invalid',
    targetSeconds: 3,
    says: /Server:1/,
    parts: ({ open }) => ({ container: { image: `${open}/Server:1` } }),
  },
  'tag not in the registry': {
    reason: 'image-not-found',
    targetSeconds: 12,
    says: /library\/busybox:no-such-tag.*not found/,
    parts: ({ open }) => ({ container: { image: `${open}/library/busybox:no-such-tag` } }),
  },
  'registry refusing login': {
    reason: 'image-access-denied',
    targetSeconds: 15,
    says: /token\/server:1/,
    parts: ({ refusing = '' }) => ({ container: { image: `${refusing}/token/server:1` } }),
    needsRefusingRegistry: true,
  },
  'crash at start': {
    reason: 'container-crashed',
    targetSeconds: 15,
    says: /code 3.*config\.json is missing/,
    parts: () => ({
      container: { command: ['sh', '-c', 'echo starting; echo "fatal: config.json is missing" >&2; exit 3'] },
    }),
  },
};

const OF_DEPLOYMENTS: Readonly<Record<string, Row>> = {
  'missing Secret (env)': {
    reason: 'config-missing',
    targetSeconds: 25,
    says: /[Ss]ecret.*no-such-secret/,
    parts: () => variable({ secretKeyRef: { name: 'no-such-secret', key: 'token' } }),
  },
  'missing ConfigMap (env)': {
    reason: 'config-missing',
    targetSeconds: 25,
    says: /[Cc]onfig[Mm]ap.*no-such-map/,
    parts: () => variable({ configMapKeyRef: { name: 'no-such-map', key: 'token' } }),
  },
  'missing key': {
    reason: 'config-key-missing',
    targetSeconds: 25,
    says: /no-such-key/,
    parts: () => variable({ secretKeyRef: { name: 'settings', key: 'no-such-key' } }),
    objects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'settings' }, stringData: { token: 'x' } }],
  },
  'runAsNonRoot violated': {
    reason: 'runs-as-root',
    targetSeconds: 5,
    says: /root/,
    parts: () => ({ container: { securityContext: { runAsNonRoot: true } } }),
  },
  'command not found': {
    reason: 'command-not-found',
    targetSeconds: 8,
    says: /no-such-program/,
    parts: () => ({ container: { command: ['/no-such-program'] } }),
  },
  'OOMKilled at start': {
    reason: 'out-of-memory',
    targetSeconds: 15,
    says: /memory/,
    // A last line that never ends is kept in memory until there is none.
    parts: () => ({ container: { command: ['tail', '/dev/zero'], resources: { limits: { memory: '32Mi' } } } }),
  },
  'failing init container': {
    reason: 'init-container-failed',
    targetSeconds: 40,
    says: /migrate.*code 1/,
    parts: () => ({
      spec: {
        initContainers: [
          { name: 'migrate', image: 'busybox:1', command: ['sh', '-c', 'echo "no migrations table" >&2; exit 1'] },
        ],
      },
    }),
  },
  unschedulable: {
    reason: 'pod-unschedulable',
    targetSeconds: 50,
    says: /[Ii]nsufficient cpu/,
    parts: () => ({ container: { resources: { requests: { cpu: '5000' } } } }),
  },
  'quota refuses the pods': {
    reason: 'quota-exceeded',
    targetSeconds: 8,
    says: /quota/,
    parts: () => ({}),
    objects: [
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'no-pods' }, spec: { hard: { pods: '0' } } },
    ],
  },
  'LimitRange refuses the pods': {
    reason: 'limit-range-violated',
    targetSeconds: 8,
    says: /maximum memory/,
    parts: () => ({ container: { resources: { limits: { memory: '1Gi' } } } }),
    objects: [
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'small' },
        spec: { limits: [{ type: 'Container', max: { memory: '64Mi' } }] },
      },
    ],
  },
  'PodSecurity refuses the pods': {
    reason: 'pod-security-violated',
    targetSeconds: 8,
    says: /Pod ?Security/,
    parts: () => ({ container: { securityContext: { privileged: true } } }),
    labels: ['pod-security.kubernetes.io/enforce=baseline'],
  },
  'missing Secret (volume)': {
    reason: 'config-missing',
    targetSeconds: 35,
    says: /no-such-secret/,
    parts: () => ({
      container: { volumeMounts: [{ name: 'keys', mountPath: '/keys' }] },
      spec: { volumes: [{ name: 'keys', secret: { secretName: 'no-such-secret' } }] },
    }),
  },
};

export const BROKEN_WORKLOADS: readonly BrokenWorkload[] = [
  ...casesOf('Deployment', OF_EVERY_KIND),
  ...casesOf('Deployment', OF_DEPLOYMENTS),
  ...casesOf('StatefulSet', OF_EVERY_KIND),
  ...casesOf('DaemonSet', OF_EVERY_KIND),
];

export function brokenWorkload(name: string): BrokenWorkload {
  const found = BROKEN_WORKLOADS.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`there is no broken workload "${name}"`);
  }
  return found;
}

function casesOf(kind: Kind, rows: Readonly<Record<string, Row>>): readonly BrokenWorkload[] {
  return Object.entries(rows).map(
    ([name, { parts, labels = [], objects = [], needsRefusingRegistry = false, ...row }]) => ({
      ...row,
      name: kind === 'Deployment' ? name : `${kind}: ${name}`,
      manifest: (registries) => server(kind, parts(registries)),
      needsRefusingRegistry,
      namespace: { labels, objects },
    }),
  );
}
