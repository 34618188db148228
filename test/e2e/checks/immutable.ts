import { documents, manifestText } from '../../support/workload-text.ts';

/** An object of which something is changed that can never change: how it is in the cluster, how the manifest has it, what is said. */
type Immutable = {
  readonly object: string;
  readonly before: string;
  readonly after: string;
  readonly sentence: RegExp;
  readonly hint: RegExp;
};

type Parts = { readonly apiVersion: string; readonly kind: string; readonly name: string };

function row(
  { apiVersion, kind, name }: Parts,
  before: object,
  after: object,
  said: readonly [RegExp, RegExp],
): Immutable {
  const text = (content: object): string => manifestText({ apiVersion, kind, metadata: { name }, ...content });
  return { object: kind, before: text(before), after: text(after), sentence: said[0], hint: said[1] };
}

const podOf = (app: string, more: object = {}): object => ({
  template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...more } },
});

const workload = (app: string, more: object = {}): object => ({
  spec: { replicas: 0, selector: { matchLabels: { app } }, ...podOf(app), ...more },
});

const job = (command: string): object => ({
  spec: {
    suspend: true,
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1', command: [command] }] },
    },
  },
});

const claim = (accessMode: string): object => ({
  spec: { accessModes: [accessMode], storageClassName: 'none', resources: { requests: { storage: '1Mi' } } },
});

const binding = (role: string): object => ({
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
  subjects: [],
});

export const IMMUTABLE: readonly Immutable[] = [
  row({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'fixed' }, workload('fixed'), workload('other'), [
    /Deployment\/fixed in \S+: spec\.selector is immutable$/,
    /Put the selector back as it was/,
  ]),
  row(
    { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'fixed' },
    workload('fixed', { serviceName: 'a' }),
    workload('fixed', { serviceName: 'b' }),
    [/StatefulSet\/fixed in \S+: spec is immutable but for .*template/, /--cascade=orphan/],
  ),
  row({ apiVersion: 'batch/v1', kind: 'Job', name: 'fixed' }, job('true'), job('false'), [
    /Job\/fixed in \S+: .*/,
    /job-policy: replace/,
  ]),
  row(
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'fixed' },
    claim('ReadWriteOnce'),
    claim('ReadWriteMany'),
    [/PersistentVolumeClaim\/fixed in \S+: spec is immutable but for .*resources/, /only the requested size may grow/],
  ),
  row(
    { apiVersion: 'v1', kind: 'Service', name: 'fixed' },
    { spec: { ports: [{ port: 80 }] } },
    { spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
    [/Service\/fixed in \S+: spec\.clusterIPs\[0\] is immutable$/, /Leave clusterIP out of the manifest/],
  ),
  row(
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'fixed' },
    { immutable: true, data: { a: '1' } },
    { immutable: true, data: { a: '2' } },
    [/ConfigMap\/fixed in \S+: data is immutable/, /says immutable: true/],
  ),
  row({ apiVersion: 'v1', kind: 'Secret', name: 'fixed' }, { type: 'Opaque' }, { type: 'example.org/other' }, [
    /Secret\/fixed in \S+: type is immutable/,
    /The type of a Secret/,
  ]),
  row(
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', name: 'fixed' },
    binding('one'),
    binding('two'),
    [/RoleBinding\/fixed in \S+: roleRef is immutable/, /Delete the RoleBinding first/],
  ),
];

/** All of them as they are in the cluster. */
export function immutableBefore(): string {
  return documents(...IMMUTABLE.map(({ before }) => before));
}
