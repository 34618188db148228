import type { KubeObject } from '../kube/object.ts';
import { waveOf } from '../kube/wave-annotation.ts';
import type { PlannedChange } from './change.ts';

const CONFIGURATION: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  ['ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'],
  ['ResourceQuota', 'LimitRange', 'PriorityClass', 'StorageClass', 'PersistentVolume', 'PersistentVolumeClaim'],
  ['ConfigMap', 'Secret'],
];
const STAGES: readonly (readonly string[])[] = [
  ...CONFIGURATION,
  ['Service'],
  ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob'],
];

/** What is applied together. `configuration` is what must be there before anything can run; the `rest` is Services, workloads and others. */
export type Batch = {
  readonly wave: number;
  readonly part: 'configuration' | 'rest';
  readonly changes: readonly PlannedChange[];
};

/** All objects, unchanged ones too, wave by wave; of each wave its configuration first. A part without objects is left out. */
export function planBatches(changes: readonly PlannedChange[]): readonly Batch[] {
  const waves = [...Map.groupBy(changes, ({ target }) => waveOf(target.object))];
  return waves
    .toSorted(([one], [other]) => one - other)
    .flatMap(([wave, group]) => {
      const ordered = inApplyOrder(group, ({ target }) => target.object);
      const parts: readonly Batch[] = [
        { wave, part: 'configuration', changes: ordered.filter(isConfiguration) },
        { wave, part: 'rest', changes: ordered.filter((change) => !isConfiguration(change)) },
      ];
      return parts.filter((batch) => batch.changes.length > 0);
    });
}

function isConfiguration({ target }: PlannedChange): boolean {
  return stageOf(target.object) < CONFIGURATION.length;
}

/** When an object is applied: namespaces and configuration before workloads, what is not listed last. */
export function stageOf(object: KubeObject): number {
  const stage = STAGES.findIndex((kinds) => kinds.includes(object.kind));
  return stage === -1 ? STAGES.length : stage;
}

/** In the order of stages; within a stage the order of the manifests stays. */
export function inApplyOrder<Item>(items: readonly Item[], objectOf: (item: Item) => KubeObject): readonly Item[] {
  return items.toSorted((one, other) => stageOf(objectOf(one)) - stageOf(objectOf(other)));
}
