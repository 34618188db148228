import { getObject, type KubeApi } from '../kube/api.ts';
import { isKubeObject } from '../kube/object.ts';
import { workloadPath } from '../kube/workload-path.ts';
import { textAt } from '../values/json.ts';
import { formatWorkload, sameWorkload, type Workload } from '../values/workload.ts';
import type { RestartCandidate } from './restart.ts';
import type { OwedRestart } from './restart-due.ts';
import { inParallel } from '../kube/parallel.ts';

const PARALLEL_READS = 8;

export type DueWorkloads = { readonly candidates: readonly RestartCandidate[]; readonly notes: readonly string[] };

/**
 * Reads the workloads that earlier runs owe a restart, without those that this run knows already (of the manifests, of `set-image`, of
 * `restart`). One that is gone, or is being deleted, is left out with a note: nobody is owed anything.
 */
export async function findDueWorkloads(
  due: readonly OwedRestart[],
  known: readonly Workload[],
  api: KubeApi,
): Promise<DueWorkloads> {
  const others = due.filter(
    ({ workload }, index) =>
      !known.some((other) => sameWorkload(other, workload)) &&
      due.findIndex((other) => sameWorkload(other.workload, workload)) === index,
  );
  const found = await inParallel(others, PARALLEL_READS, async ({ workload, because }) => {
    const object = await getObject(api, workloadPath(workload), `read ${formatWorkload(workload)}`);
    return isKubeObject(object) && textAt(object, 'metadata', 'deletionTimestamp') === undefined
      ? { workload, object, getsNewRevision: false }
      : `${formatWorkload(workload)} is gone: the restart that an earlier run owed it because of ${because} is dropped`;
  });
  return {
    candidates: found.filter((item): item is RestartCandidate => typeof item !== 'string'),
    notes: found.filter((item): item is string => typeof item === 'string'),
  };
}
