import type { RolloutKind, Workload } from '../values/workload.ts';
import type { ApiResource } from './discovery.ts';

const PLURALS: Readonly<Record<RolloutKind, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** The URL path of a workload; all rollout kinds are in apps/v1. */
export function workloadPath(workload: Workload): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(workload.namespace)}/${PLURALS[workload.kind]}/${encodeURIComponent(workload.name)}`;
}

/** What discovery would say of a rollout kind. */
export function workloadResource(kind: RolloutKind): ApiResource {
  return { apiVersion: 'apps/v1', kind, name: PLURALS[kind], namespaced: true };
}
