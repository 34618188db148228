import type { OnFailure } from '../inputs/choices.ts';
import type { Target } from '../kube/target.ts';
import type { RestartPolicy } from '../values/change.ts';
import type { SmokeTest } from '../values/smoke-test.ts';
import type { WorkloadName } from '../values/workload.ts';
import type { Need } from './need.ts';

/** One object that may be deleted. */
export type Doomed = Pick<Need, 'group' | 'resource' | 'namespace' | 'name'>;

/** What a run does beside applying its objects, as far as it needs rights for it. */
export type AccessWishes = {
  /** Where workloads, Services and the inventory are that the inputs name. */
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly setImage: readonly WorkloadName[];
  readonly restart: RestartPolicy;
  /** The Jobs that run before the workloads. */
  readonly preDeploy: readonly Target[];
  /** Name of the ConfigMap that is the inventory, and what it has that left the set, as far as that is known; undefined without prune. */
  readonly prune: { readonly configMap: string; readonly doomed: readonly Doomed[] } | undefined;
  readonly jobPolicy: 'fail' | 'replace';
  readonly smokeTests: readonly SmokeTest[];
  readonly onFailure: OnFailure;
  readonly onCancel: 'keep' | 'rollback';
  /** Whether what pods name is looked for before the first change. */
  readonly references: boolean;
};
