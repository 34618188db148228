/** The kinds whose rollout `kubectl rollout status` can judge. */
export const ROLLOUT_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

export type RolloutKind = (typeof ROLLOUT_KINDS)[number];

/** One workload of one namespace. */
export type Workload = { readonly kind: RolloutKind; readonly namespace: string; readonly name: string };

/** A workload as the user writes it: without a namespace. */
export type WorkloadName = { readonly kind: RolloutKind; readonly name: string };

const SHORT_NAMES: Readonly<Record<string, RolloutKind>> = {
  deployment: 'Deployment',
  deployments: 'Deployment',
  deploy: 'Deployment',
  statefulset: 'StatefulSet',
  statefulsets: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  daemonsets: 'DaemonSet',
  ds: 'DaemonSet',
};

const OBJECT_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** "deployment/server", "sts/db" → workload; throws an Error otherwise. */
export function parseWorkloadName(text: string): WorkloadName {
  const [kindText = '', name = '', ...more] = text.split('/');
  const kind = SHORT_NAMES[kindText.toLowerCase()];
  if (kind === undefined || more.length > 0 || !OBJECT_NAME.test(name)) {
    throw new Error(`"${text}" is not a workload like deployment/server, statefulset/db or daemonset/agent`);
  }
  return { kind, name };
}

/** "deployment/server": the spelling kubectl takes and prints; also of objects that are no workloads. */
export function formatWorkload(workload: { readonly kind: string; readonly name: string }): string {
  return `${workload.kind.toLowerCase()}/${workload.name}`;
}

export function isRolloutKind(kind: string): kind is RolloutKind {
  return ROLLOUT_KINDS.some((known) => known === kind);
}

type InNamespace = { readonly kind: string; readonly namespace: string; readonly name: string };

/** Whether both name the same object; of whatever kind. */
export function sameWorkload(one: InNamespace, other: InNamespace): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}
