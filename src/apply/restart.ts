import { isKubeObject, type KubeObject } from '../kube/object.ts';
import type { RestartPolicy } from '../values/change.ts';
import { formatWorkload, isRolloutKind, sameWorkload, type Workload } from '../values/workload.ts';
import { changesData, changesTemplate, type PlannedChange } from './change.ts';
import { consumedBy, type ConfigName } from './consumers.ts';

export type Restart = { readonly workload: Workload; readonly reason: string };

/** A workload that exists, and whether this run gives it a new revision anyway. */
export type RestartCandidate = {
  readonly workload: Workload;
  readonly object: KubeObject;
  readonly getsNewRevision: boolean;
};

/**
 * Which workloads to restart: never one that gets a new revision anyway, so that one deploy makes at most one. `auto` takes those that
 * consume a ConfigMap or Secret of the same namespace whose data this run changes.
 */
export function decideRestarts(
  policy: RestartPolicy,
  candidates: readonly RestartCandidate[],
  changes: readonly PlannedChange[],
): readonly Restart[] {
  return candidates
    .filter((candidate) => !candidate.getsNewRevision)
    .flatMap((candidate) => {
      const reason = reasonFor(policy, candidate, changes);
      return reason === undefined ? [] : [{ workload: candidate.workload, reason }];
    });
}

function reasonFor(
  policy: RestartPolicy,
  candidate: RestartCandidate,
  changes: readonly PlannedChange[],
): string | undefined {
  switch (policy.kind) {
    case 'never':
      return undefined;
    case 'always':
      return 'restart: always';
    case 'only': {
      const isListed = policy.workloads.some((name) => formatWorkload(name) === formatWorkload(candidate.workload));
      return isListed ? 'listed in restart' : undefined;
    }
    case 'auto': {
      const consumed = consumedBy(candidate.object);
      const changed = changedConfig(changes, candidate.workload.namespace).find((name) => consumed.has(name));
      return changed === undefined ? undefined : `${changed} changed`;
    }
  }
}

function changedConfig(changes: readonly PlannedChange[], namespace: string): readonly ConfigName[] {
  return changes
    .filter((change) => change.kind !== 'unchanged' && change.target.namespace === namespace && changesData(change))
    .flatMap((change): readonly ConfigName[] => {
      const { kind, metadata } = change.target.manifest.object;
      return kind === 'ConfigMap' || kind === 'Secret' ? [`${kind}/${metadata.name}`] : [];
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
  const { object } = change.target.manifest;
  const { namespace } = change.target;
  return isRolloutKind(object.kind) && namespace !== undefined && object.apiVersion.startsWith('apps/')
    ? { kind: object.kind, namespace, name: object.metadata.name }
    : undefined;
}

/** Adds workloads that are not there yet. */
export function withoutRepeats(workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter((workload, index) => workloads.findIndex((other) => sameWorkload(workload, other)) === index);
}
