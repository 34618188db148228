import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Notify } from '../ports.ts';
import type { JsonObject } from '../values/json.ts';
import {
  containerCount,
  containersOf,
  isLeaving,
  listPodsOf,
  uidOf,
  type JobContainer,
  type JobName,
} from './job-pods.ts';

/** What is known of the pods of some Jobs. */
export type JobWatch = {
  /** Lists the pods anew. Throws `cluster-unreachable` and the like; where they may not be listed, it warns once and asks no more. */
  look(): Promise<void>;
  /** Those that have a log, as the last look saw them. */
  containers(): readonly JobContainer[];
  /** "migrate", or "migrate-x7k2p init" when the Job has several containers or pods. */
  readonly labelOf: (container: JobContainer) => string;
};

type Seen = {
  /** uids */
  readonly pods: Set<string>;
  /** uids of pods that were on their way out when they were seen first: they are of a Job of this name that was replaced. */
  readonly former: Set<string>;
  hasSeveralContainers: boolean;
  isForbidden: boolean;
  containers: readonly JobContainer[];
};

export function createJobWatch(jobs: readonly JobName[], api: KubeApi, notify: Notify): JobWatch {
  const seen = new Map<JobName, Seen>(
    jobs.map((job) => [
      job,
      { pods: new Set(), former: new Set(), hasSeveralContainers: false, isForbidden: false, containers: [] },
    ]),
  );

  const lookAt = async (job: JobName, known: Seen): Promise<void> => {
    try {
      const listed = await listPodsOf(job, api);
      const pods = listed.filter((pod) => isOurs(pod, known));
      known.hasSeveralContainers ||= pods.some((pod) => containerCount(pod) > 1);
      known.containers = pods.flatMap((pod) => containersOf(job, pod));
    } catch (error) {
      if (!(error instanceof DeployError) || error.code !== 'access-denied') {
        throw error;
      }
      known.isForbidden = true;
      notify({ kind: 'warning', text: `the logs of Job/${job.name} are not shown: ${error.message}` });
    }
  };

  return {
    look: async () => {
      await Promise.all(
        [...seen].filter(([, { isForbidden }]) => !isForbidden).map(async ([job, known]) => lookAt(job, known)),
      );
    },
    containers: () => [...seen.values()].flatMap(({ containers }) => containers),
    labelOf: ({ job, pod, name }) => {
      const known = seen.get(job);
      return known !== undefined && (known.hasSeveralContainers || known.pods.size > 1) ? `${pod} ${name}` : job.name;
    },
  };
}

function isOurs(pod: JsonObject, { pods, former }: Seen): boolean {
  const uid = uidOf(pod);
  if (!pods.has(uid) && isLeaving(pod)) {
    former.add(uid);
  }
  if (!former.has(uid)) {
    pods.add(uid);
  }
  return !former.has(uid);
}
