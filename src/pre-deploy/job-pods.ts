import type { KubeApi } from '../kube/api.ts';
import { failureOfAnswer } from '../kube/api.ts';
import { numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';

export type JobName = { readonly namespace: string; readonly name: string };

/** A container of a Job that runs or has ended: there is a log. */
export type JobContainer = {
  readonly job: JobName;
  readonly pod: string;
  readonly podUid: string;
  readonly name: string;
  readonly isRunning: boolean;
  /** How often it was started again: each start has a log of its own. */
  readonly restarts: number;
};

/** Kubernetes has the first since 1.27; the second is as old as Jobs are. */
const JOB_LABELS = ['batch.kubernetes.io/job-name', 'job-name'] as const;

/** The pods of a Job. Throws `access-denied` where they may not be listed, and `cluster-unreachable`. */
export async function listPodsOf(job: JobName, api: KubeApi): Promise<readonly JsonObject[]> {
  for (const label of JOB_LABELS) {
    const query = new URLSearchParams({ labelSelector: `${label}=${job.name}` });
    const path = `/api/v1/namespaces/${encodeURIComponent(job.namespace)}/pods?${query.toString()}`;
    const answer = await api.request({ method: 'GET', path });
    if (answer.status !== 200) {
      throw failureOfAnswer(answer, `list the pods of the Job ${job.name}`);
    }
    const pods = objectsAt(answer.body, 'items');
    if (pods.length > 0) {
      return pods;
    }
  }
  return [];
}

/** The containers of a pod that have a log, in the order in which they run. */
export function containersOf(job: JobName, pod: JsonObject): readonly JobContainer[] {
  const states = [
    ...objectsAt(pod, 'status', 'initContainerStatuses'),
    ...objectsAt(pod, 'status', 'containerStatuses'),
  ];
  return states.filter(hasLog).map((status) => ({
    job,
    pod: textAt(pod, 'metadata', 'name') ?? '',
    podUid: uidOf(pod),
    name: textAt(status, 'name') ?? '',
    isRunning: valueAt(status, 'state', 'running') !== undefined,
    restarts: numberAt(status, 'restartCount') ?? 0,
  }));
}

/** How many containers a pod has, whether they have begun or not. */
export function containerCount(pod: JsonObject): number {
  return objectsAt(pod, 'spec', 'initContainers').length + objectsAt(pod, 'spec', 'containers').length;
}

export function uidOf(pod: JsonObject): string {
  return textAt(pod, 'metadata', 'uid') ?? textAt(pod, 'metadata', 'name') ?? '';
}

export function isLeaving(pod: JsonObject): boolean {
  return textAt(pod, 'metadata', 'deletionTimestamp') !== undefined;
}

/** One that waits to be started again still has the log of its last run. */
function hasLog(status: JsonObject): boolean {
  return [
    ['state', 'running'],
    ['state', 'terminated'],
    ['lastState', 'terminated'],
  ].some((path) => valueAt(status, ...path) !== undefined);
}
