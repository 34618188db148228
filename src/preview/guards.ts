import type { KubeObject } from '../kube/object.ts';
import type { PreviewGuards } from '../plan/preview-slices.ts';
import type { ResourceAmount } from '../values/preview.ts';
import type { JsonObject } from '../values/json.ts';

/** What the guards of all previews are called. */
const NAME = 'k8s-deploy-preview';

const DNS_PORTS = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
];

/** ResourceQuota, LimitRange and NetworkPolicy, as far as they are asked for. */
export function guardsOf(guards: PreviewGuards, namespace: string): readonly KubeObject[] {
  const metadata = { name: NAME, namespace };
  const { quota, limits, network } = guards;
  return [
    ...(quota.length === 0
      ? []
      : [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: amountsOf(quota) } }]),
    ...(limits.length === 0
      ? []
      : [{ apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits: [containerLimit(limits)] } }]),
    ...(network === 'open'
      ? []
      : [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: policyOf(guards) }]),
  ];
}

function amountsOf(amounts: readonly ResourceAmount[]): JsonObject {
  return Object.fromEntries(amounts.map(({ resource, amount }) => [resource, amount]));
}

/** `default.memory=256Mi`: up to the first dot it is the kind of limit, after it the resource, which may have dots too. */
function containerLimit(limits: readonly ResourceAmount[]): JsonObject {
  const parts = limits.map(({ resource, amount }) => {
    const dot = resource.indexOf('.');
    return { kind: resource.slice(0, dot), resource: resource.slice(dot + 1), amount };
  });
  const kinds = [...new Set(parts.map(({ kind }) => kind))];
  return {
    type: 'Container',
    ...Object.fromEntries(kinds.map((kind) => [kind, amountsOf(parts.filter((part) => part.kind === kind))])),
  };
}

/** A policy that selects all pods denies whatever it does not allow. */
function policyOf({ network, allowFrom }: PreviewGuards): JsonObject {
  const own = { podSelector: {} };
  const ingress = [{ from: [own, ...allowFrom.map(podsOf)] }];
  return network === 'closed'
    ? {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress,
        egress: [{ to: [own] }, { to: [podsOf('kube-system')], ports: DNS_PORTS }],
      }
    : { podSelector: {}, policyTypes: ['Ingress'], ingress };
}

function podsOf(namespace: string): JsonObject {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
}
