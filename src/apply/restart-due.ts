import { resourceArgument } from '../kube/target.ts';
import { kubectlCommand, type Kubectl } from '../kube/kubectl.ts';
import { OWN_ANNOTATIONS } from '../kube/own-annotations.ts';
import { FIELD_MANAGER } from '../kube/field-managers.ts';
import type { Command } from '../ports.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { formatWorkload, parseWorkloadName, type Workload, type WorkloadName } from '../values/workload.ts';
import type { PlannedChange } from './change.ts';
import { configNameOf, type ConfigName } from './consumers.ts';

/**
 * A ConfigMap or Secret whose data change is applied with a mark: the workloads that must be restarted because of it. The mark goes after
 * the restarts. When a run dies between, the next one finds the ConfigMap unchanged, and the mark. When it dies between the restart and
 * the removal, the next one restarts once more: whether a pod template's restartedAt is older than the mark cannot be known, since the
 * mark has no time that all clocks agree on.
 */
export type OwedRestart = { readonly workload: Workload; readonly because: ConfigName };

const UNMARK_TIMEOUT_SECONDS = 60;

/** The workloads of the mark on a live ConfigMap or Secret; words that name no workload are left out. */
export function dueOf(live: JsonObject): readonly WorkloadName[] {
  const words = markOf(live)?.split(/\s+/) ?? [];
  return words.flatMap((word) => {
    try {
      return [parseWorkloadName(word)];
    } catch {
      return [];
    }
  });
}

/** The restarts that earlier runs owe because of ConfigMaps and Secrets of this set. */
export function dueRestarts(changes: readonly PlannedChange[]): readonly OwedRestart[] {
  return changes.flatMap(({ target, live }) => {
    const because = configNameOf(target.object);
    const { namespace } = target;
    return because === undefined || namespace === undefined || live === undefined
      ? []
      : dueOf(live).map((name) => ({ workload: { ...name, namespace }, because }));
  });
}

/**
 * The mark that a ConfigMap or Secret has to carry when this run applies it: sorted, without repeats; undefined for none. `owed` is of
 * the plan of restarts.
 */
export function duePer(change: PlannedChange, owed: readonly OwedRestart[]): string | undefined {
  const names = owed.filter((one) => isBecauseOf(one, change)).map(({ workload }) => formatWorkload(workload));
  return names.length === 0 ? undefined : [...new Set(names)].toSorted().join(' ');
}

/**
 * The commands that take the marks away, one for each namespace: to be run when all restarts are done and all workloads that get a new
 * revision have it. A mark stays, as a whole, while a restart of it is postponed. Without an annotation to remove kubectl does nothing.
 */
export function unmarkCommands(
  kubectl: Kubectl,
  changes: readonly PlannedChange[],
  { owed, postponed }: { readonly owed: readonly OwedRestart[]; readonly postponed: readonly OwedRestart[] },
): readonly Command[] {
  const fulfilled = changes.filter((change) => {
    const isMarked =
      configNameOf(change.target.object) !== undefined &&
      (markOf(change.live) !== undefined || (change.kind !== 'unchanged' && duePer(change, owed) !== undefined));
    return isMarked && !postponed.some((one) => isBecauseOf(one, change));
  });
  return [...Map.groupBy(fulfilled, ({ target }) => target.namespace)].map(([namespace, group]) => {
    const names = group.map(({ target }) => resourceArgument(target.resource, target.object.metadata.name));
    const args = ['annotate', ...names, `${OWN_ANNOTATIONS.restartDue}-`, `--field-manager=${FIELD_MANAGER}`];
    return kubectlCommand(kubectl, args, { namespace, timeoutSeconds: UNMARK_TIMEOUT_SECONDS });
  });
}

function isBecauseOf({ workload, because }: OwedRestart, { target }: PlannedChange): boolean {
  return because === configNameOf(target.object) && workload.namespace === target.namespace;
}

function markOf(live: JsonObject | undefined): string | undefined {
  return textAt(live, 'metadata', 'annotations', OWN_ANNOTATIONS.restartDue);
}
