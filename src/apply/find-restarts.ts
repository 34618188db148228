import type { Finding } from '../errors.ts';
import { getObject, type KubeApi } from '../kube/api.ts';
import { isKubeObject } from '../kube/object.ts';
import { workloadPath } from '../kube/workload-path.ts';
import type { ApplyPlan } from '../plan/slices.ts';
import { formatWorkload, sameWorkload, type Workload } from '../values/workload.ts';
import type { PlannedChange } from './change.ts';
import { consumersInNamespace } from './consumers-in-namespace.ts';
import { findDueWorkloads } from './due-workloads.ts';
import { dueRestarts } from './restart-due.ts';
import {
  candidatesIn,
  changedConfig,
  planRestarts,
  workloadOf,
  type RestartCandidate,
  type RestartPlan,
} from './restart.ts';
import type { ImageChange } from './set-image.ts';

type RestartScope = { readonly plan: Pick<ApplyPlan, 'restart'>; readonly namespace: string };

/**
 * The restarts of a run, of workloads inside and outside of the manifests: those of `set-image`, those that `restart` lists, those that
 * an earlier run owes, and with `auto-namespace` those of the namespace.
 */
export async function findRestarts(
  changes: readonly PlannedChange[],
  images: readonly ImageChange[],
  scope: RestartScope,
  api: KubeApi,
): Promise<RestartPlan & { readonly findings: readonly Finding[] }> {
  const policy = scope.plan.restart;
  const ofSet = [...candidatesIn(changes), ...images.map(asCandidate)];
  const inSet = [
    ...changes.map(workloadOf).filter((workload) => workload !== undefined),
    ...images.map(({ workload }) => workload),
  ];
  const listed = await findListed(scope, inSet, api);
  const known = [...inSet, ...listed.candidates.map(({ workload }) => workload)];
  const due = await findDueWorkloads(dueRestarts(changes), known, api);
  const others =
    policy.kind === 'auto-namespace'
      ? await consumersInNamespace(changedConfig(changes), known, api)
      : { candidates: [], findings: [] };
  const candidates = [...ofSet, ...listed.candidates, ...due.candidates, ...others.candidates];
  const plan = planRestarts(policy, candidates, changes);
  return { ...plan, notes: [...due.notes, ...plan.notes], findings: [...listed.findings, ...others.findings] };
}

function asCandidate(change: ImageChange): RestartCandidate {
  return { workload: change.workload, object: change.object, getsNewRevision: change.images.length > 0 };
}

/** Workloads named in `restart` that are not in the manifests must be in the cluster. */
async function findListed(
  { plan: { restart }, namespace }: RestartScope,
  inSet: readonly Workload[],
  api: KubeApi,
): Promise<{ readonly candidates: readonly RestartCandidate[]; readonly findings: readonly Finding[] }> {
  const named = restart.kind === 'only' ? restart.workloads.map((name) => ({ ...name, namespace })) : [];
  const others = named.filter((workload) => !inSet.some((other) => sameWorkload(workload, other)));
  const found = await Promise.all(
    others.map(async (workload): Promise<RestartCandidate | Finding> => {
      const object = await getObject(api, workloadPath(workload), `read ${formatWorkload(workload)}`);
      return isKubeObject(object) ? { workload, object, getsNewRevision: false } : notThere(workload);
    }),
  );
  return {
    candidates: found.filter((item): item is RestartCandidate => 'object' in item),
    findings: found.filter((item): item is Finding => 'problem' in item),
  };
}

function notThere(workload: Workload): Finding {
  const message = `restart: there is no ${formatWorkload(workload)} in the namespace ${workload.namespace}`;
  return { code: 'workload-not-found', problem: { message, hint: 'Check kind, name and namespace.' } };
}
