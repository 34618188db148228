import { DeployError } from '../errors.ts';
import { getObject, type KubeApi } from '../kube/api.ts';
import { workloadPath } from '../kube/workload-path.ts';
import type { Clock } from '../ports.ts';
import { numberAt, textAt, type JsonObject } from '../values/json.ts';
import { formatWorkload, type Workload } from '../values/workload.ts';
import { progressOf, type Progress } from './rule.ts';

/** A workload and the identity that it had right after our last change to it. */
export type Watched = { readonly workload: Workload; readonly uid: string; readonly generation: number };

export type Reading = { readonly progress: Progress; readonly object: JsonObject | undefined };

const PATIENCE_SECONDS = 30;

/**
 * Reads each workload once more, from the store and not from a cache (a GET without resourceVersion), and pins what it finds. An API server
 * that is away right after our change gets 30 seconds to come back.
 */
export async function pinWorkloads(
  workloads: readonly Workload[],
  api: KubeApi,
  clock: Clock,
): Promise<readonly Watched[]> {
  const deadline = clock.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    try {
      return await Promise.all(workloads.map(async (workload) => pinWorkload(workload, api)));
    } catch (error) {
      const isWorthWaiting = error instanceof DeployError && error.code === 'cluster-unreachable';
      if (!isWorthWaiting || clock.now() >= deadline) {
        throw error;
      }
      await clock.sleep(1000);
    }
  }
}

async function pinWorkload(workload: Workload, api: KubeApi): Promise<Watched> {
  const object = await getObject(api, workloadPath(workload), `read ${formatWorkload(workload)}`);
  return {
    workload,
    uid: textAt(object, 'metadata', 'uid') ?? '',
    generation: numberAt(object, 'metadata', 'generation') ?? 0,
  };
}

/** How far a rollout is now. A workload that is gone, or that is another one by the same name, has failed. */
export async function readProgress(watched: Watched, api: KubeApi): Promise<Reading> {
  const { workload } = watched;
  const object = await getObject(api, workloadPath(workload), `read ${formatWorkload(workload)}`);
  if (object === undefined) {
    return { progress: { kind: 'failed', text: 'was deleted while it rolled out' }, object };
  }
  if (textAt(object, 'metadata', 'uid') !== watched.uid) {
    return {
      progress: { kind: 'failed', text: 'was deleted and created anew by somebody else while it rolled out' },
      object,
    };
  }
  if ((numberAt(object, 'metadata', 'generation') ?? 0) < watched.generation) {
    return { progress: { kind: 'waiting', text: 'the change is not yet visible' }, object };
  }
  return { progress: progressOf(workload.kind, object), object };
}
