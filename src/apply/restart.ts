import { isKubeObject, type KubeObject } from '../kube/object.ts';
import type { RestartPolicy } from '../values/change.ts';
import { valueAt } from '../values/json.ts';
import { formatWorkload, isRolloutKind, sameWorkload, type Workload } from '../values/workload.ts';
import { changesData, changesTemplate, type PlannedChange } from './change.ts';
import { configNameOf, consumedBy, type ConfigName } from './consumers.ts';
import { reasonFor } from './restart-reason.ts';
import { dueRestarts, type OwedRestart } from './restart-due.ts';

export type Restart = { readonly workload: Workload; readonly reason: string };

/** A workload that exists, and whether this run gives it a new revision anyway. */
export type RestartCandidate = {
  readonly workload: Workload;
  readonly object: KubeObject;
  readonly getsNewRevision: boolean;
};

export type RestartPlan = {
  readonly restarts: readonly Restart[];
  /** Every restart that a ConfigMap or Secret is the reason of: what marks are made of. */
  readonly owed: readonly OwedRestart[];
  /** Those of `owed` that this run does not do: their marks stay. */
  readonly postponed: readonly OwedRestart[];
  readonly notes: readonly string[];
};

/** A ConfigMap or Secret whose data this run changes, or makes: a workload that runs may name it as optional. */
export type ChangedConfig = { readonly namespace: string; readonly name: ConfigName };

/**
 * Which workloads to restart: each once, and none that gets a new revision anyway, so that one deploy makes at most one. `auto` takes the
 * candidates that consume a ConfigMap or Secret of the same namespace whose data this run changes, or an earlier run changed without
 * getting to the restart. What an earlier run owes is done by `always` too; `never` and a list of workloads do no more than they say, and
 * postpone it. A paused Deployment is postponed as well: kubectl refuses to restart it.
 */
export function planRestarts(
  policy: RestartPolicy,
  candidates: readonly RestartCandidate[],
  changes: readonly PlannedChange[],
): RestartPlan {
  const changed = changedConfig(changes);
  const due = dueRestarts(changes);
  const plans = candidates
    .filter(({ workload }, index) => {
      const same = candidates.filter((other) => sameWorkload(other.workload, workload));
      return same[0] === candidates[index] && !same.some(({ getsNewRevision }) => getsNewRevision);
    })
    .map((candidate) => planOne(policy, candidate, changed, due));
  return {
    restarts: plans.flatMap((plan) => plan.restarts),
    owed: plans.flatMap((plan) => plan.owed),
    postponed: plans.flatMap((plan) => plan.postponed),
    notes: plans.flatMap((plan) => plan.notes),
  };
}

function planOne(
  policy: RestartPolicy,
  { workload, object }: RestartCandidate,
  changed: readonly ChangedConfig[],
  due: readonly OwedRestart[],
): RestartPlan {
  const consumed = consumedBy(object);
  const now = changed
    .filter(({ namespace, name }) => namespace === workload.namespace && consumed.has(name))
    .map(({ name }) => name);
  const before = due
    .filter((one) => sameWorkload(one.workload, workload) && consumed.has(one.because))
    .map(({ because }) => because);
  const owe = (names: readonly ConfigName[]): readonly OwedRestart[] => names.map((because) => ({ workload, because }));
  const reason = reasonFor(policy, workload, now, before);
  const owed = owe([...new Set([...now, ...before])]);
  if (reason === undefined) {
    return { restarts: [], owed: owe(before), postponed: owe(before), notes: [] };
  }
  return isPaused(object)
    ? {
        restarts: [],
        owed,
        postponed: owed,
        notes: [`${formatWorkload(workload)} is paused and not restarted (${reason})`],
      }
    : { restarts: [{ workload, reason }], owed, postponed: [], notes: [] };
}

/** kubectl refuses to restart it, and with it the whole command ends with 1. */
function isPaused(object: KubeObject): boolean {
  return object.kind === 'Deployment' && valueAt(object, 'spec', 'paused') === true;
}

/** In the order of the changes. Of an object that is applied for other reasons, such as a label, the data are as before. */
export function changedConfig(changes: readonly PlannedChange[]): readonly ChangedConfig[] {
  return changes.flatMap((change) => {
    const name = configNameOf(change.target.object);
    const { namespace } = change.target;
    const isChanged = change.kind !== 'unchanged' && changesData(change);
    return name === undefined || namespace === undefined || !isChanged ? [] : [{ namespace, name }];
  });
}

/** The candidates among the applied objects: workloads that exist already. A new workload starts with the new configuration. */
export function candidatesIn(changes: readonly PlannedChange[]): readonly RestartCandidate[] {
  return changes.flatMap((change) => {
    const workload = workloadOf(change);
    return workload === undefined || !isKubeObject(change.live) || !isKubeObject(change.desired)
      ? []
      : [{ workload, object: change.desired, getsNewRevision: changesTemplate(change) }];
  });
}

/** The workload that a change is about, if it is one that can roll out. */
export function workloadOf(change: PlannedChange): Workload | undefined {
  const { object, namespace } = change.target;
  return isRolloutKind(object.kind) && namespace !== undefined && object.apiVersion.startsWith('apps/')
    ? { kind: object.kind, namespace, name: object.metadata.name }
    : undefined;
}

/** Adds workloads that are not there yet. */
export function withoutRepeats(workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter((workload, index) => workloads.findIndex((other) => sameWorkload(workload, other)) === index);
}
