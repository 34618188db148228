import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { listObjects } from './list.ts';
import { newestRevision, type Revision } from './revision.ts';
import type { Tracker } from './tracker.ts';

/**
 * Which revision is the newest of each rollout of a namespace. ReplicaSets are listed, labels only, when a Deployment has a revision that is
 * not known; where they may not be listed the Deployment's own condition names it.
 */
export type RevisionFinder = {
  /** Sets `tracker.revision` of all trackers; true when one of them changed. */
  find(): Promise<boolean>;
  /** Whether `find` would have something to find out, without asking. */
  isDue(): boolean;
};

export function createRevisionFinder(namespace: string, trackers: readonly Tracker[], api: KubeApi): RevisionFinder {
  let replicaSets: readonly JsonObject[] | undefined = [];

  const derive = ({ pinned, object }: Tracker): Revision | undefined =>
    object === undefined ? undefined : newestRevision(pinned.subject, object, replicaSets);

  const isUnknown = (tracker: Tracker): boolean =>
    tracker.pinned.subject.rule === 'Deployment' && tracker.object !== undefined && derive(tracker) === undefined;

  const isDue = (): boolean =>
    trackers.some((tracker) => isUnknown(tracker) || !isSame(derive(tracker), tracker.revision));

  return {
    isDue,
    find: async () => {
      if (replicaSets !== undefined && trackers.some(isUnknown)) {
        replicaSets = await listReplicaSets(namespace, api);
      }
      const changed = trackers.filter((tracker) => !isSame(derive(tracker), tracker.revision));
      changed.forEach((tracker) => {
        tracker.revision = derive(tracker);
      });
      return changed.length > 0;
    },
  };
}

/** The labels of the pods that belong to these rollouts; of a StatefulSet also those of the revision before, which can block it. */
export function podLabels(trackers: readonly Tracker[]): ReadonlyMap<string, ReadonlySet<string>> {
  const labels = new Map<string, Set<string>>();
  const add = (label: string, value: string): void => {
    labels.set(label, (labels.get(label) ?? new Set()).add(value));
  };
  for (const { revision, object, pinned } of trackers) {
    if (revision !== undefined) {
      add(revision.label, revision.value);
    }
    const current = pinned.subject.rule === 'StatefulSet' ? textAt(object, 'status', 'currentRevision') : undefined;
    if (revision !== undefined && current !== undefined) {
      add(revision.label, current);
    }
  }
  return labels;
}

async function listReplicaSets(namespace: string, api: KubeApi): Promise<readonly JsonObject[] | undefined> {
  try {
    const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/replicasets`;
    return (await listObjects({ path, isMetadataOnly: true }, api)).objects;
  } catch (error) {
    if (error instanceof DeployError && error.code === 'access-denied') {
      return undefined;
    }
    throw error;
  }
}

function isSame(one: Revision | undefined, other: Revision | undefined): boolean {
  return one?.label === other?.label && one?.value === other?.value && one?.ownerUid === other?.ownerUid;
}
