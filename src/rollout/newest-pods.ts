import type { KubeApi } from '../kube/api.ts';
import type { JsonObject } from '../values/json.ts';
import { createRevisionFinder, podLabels } from './find-revisions.ts';
import { listObjects } from './list.ts';
import { controllerUid, isOfRevision } from './revision.ts';
import { podStreams } from './streams.ts';
import type { Tracker } from './tracker.ts';

/**
 * The pods of the newest revision of each rollout of one namespace, by a list that no cache answered. Finds out the revisions that are not
 * known yet. Throws `access-denied` where pods may not be listed, and `cluster-unreachable`.
 */
export async function listNewestPods(
  namespace: string,
  trackers: readonly Tracker[],
  api: KubeApi,
): Promise<ReadonlyMap<Tracker, readonly JsonObject[]>> {
  await createRevisionFinder(namespace, trackers, api).find();
  const labels = podLabels(trackers);
  const streams = labels.size === 0 ? [] : podStreams(namespace, labels, 0);
  const lists = await Promise.all(streams.map(async ({ wish }) => listObjects(wish, api)));
  const byOwner = Map.groupBy(
    lists.flatMap(({ objects }) => objects),
    controllerUid,
  );
  return new Map(trackers.map((tracker) => [tracker, podsOf(tracker, byOwner)]));
}

function podsOf(
  { pinned, revision, object }: Tracker,
  byOwner: ReadonlyMap<string, readonly JsonObject[]>,
): readonly JsonObject[] {
  if (pinned.subject.rule === 'Pod') {
    return object === undefined ? [] : [object];
  }
  if (revision === undefined) {
    return [];
  }
  const { ownerUid } = revision;
  const pods = ownerUid === undefined ? [...byOwner.values()].flat() : (byOwner.get(ownerUid) ?? []);
  return pods.filter((pod) => isOfRevision(pod, revision));
}
