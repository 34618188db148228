import type { Resource } from './need.ts';
import type { Reference, ReferenceKind } from './pod-references.ts';

const PLACES: Readonly<Record<ReferenceKind, { readonly apiVersion: string; readonly plural: string }>> = {
  ConfigMap: { apiVersion: 'v1', plural: 'configmaps' },
  Secret: { apiVersion: 'v1', plural: 'secrets' },
  PersistentVolumeClaim: { apiVersion: 'v1', plural: 'persistentvolumeclaims' },
  ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts' },
  PriorityClass: { apiVersion: 'scheduling.k8s.io/v1', plural: 'priorityclasses' },
};

/** What every cluster, or every namespace, has: made by Kubernetes itself. */
const ALWAYS_THERE: Readonly<Record<ReferenceKind, readonly string[]>> = {
  ConfigMap: ['kube-root-ca.crt'],
  Secret: [],
  PersistentVolumeClaim: [],
  ServiceAccount: ['default'],
  PriorityClass: ['system-cluster-critical', 'system-node-critical'],
};

/** One object that is referred to. */
export type Referred = {
  readonly kind: ReferenceKind;
  readonly name: string;
  /** Undefined for a PriorityClass, which is in none. */
  readonly namespace: string | undefined;
};

export function referredBy({ kind, name }: Reference, namespace: string | undefined): Referred {
  return { kind, name, namespace: kind === 'PriorityClass' ? undefined : namespace };
}

/** "Secret/db in shop" */
export function describeReferred({ kind, name, namespace }: Referred): string {
  return `${kind}/${name}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

export function isAlwaysThere({ kind, name }: Referred): boolean {
  return ALWAYS_THERE[kind].includes(name);
}

export function resourceOfReferred({ kind, namespace }: Referred): Resource {
  const { apiVersion, plural } = PLACES[kind];
  const [group = '', version] = apiVersion.split('/');
  return { group: version === undefined ? '' : group, resource: plural, namespace };
}

export function pathOfReferred({ kind, name, namespace }: Referred): string {
  const { apiVersion, plural } = PLACES[kind];
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${plural}/${encodeURIComponent(name)}`;
}
