import type { RolloutKind, Workload } from '../values/workload.ts';

const PLURALS: Readonly<Record<RolloutKind, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** The URL path of a workload; all rollout kinds are in apps/v1. */
export function workloadPath(workload: Workload): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(workload.namespace)}/${PLURALS[workload.kind]}/${encodeURIComponent(workload.name)}`;
}
