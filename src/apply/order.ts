import type { KubeObject } from '../kube/object.ts';

const STAGES: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  ['ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'],
  ['ResourceQuota', 'LimitRange', 'PriorityClass', 'StorageClass', 'PersistentVolume', 'PersistentVolumeClaim'],
  ['ConfigMap', 'Secret'],
  ['Service'],
  ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob'],
];

/** When an object is applied: namespaces and configuration before workloads, what is not listed last. */
export function stageOf(object: KubeObject): number {
  const stage = STAGES.findIndex((kinds) => kinds.includes(object.kind));
  return stage === -1 ? STAGES.length : stage;
}

/** In the order of stages; within a stage the order of the manifests stays. */
export function inApplyOrder<Item>(items: readonly Item[], objectOf: (item: Item) => KubeObject): readonly Item[] {
  return items.toSorted((one, other) => stageOf(objectOf(one)) - stageOf(objectOf(other)));
}
