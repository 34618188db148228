import type { JsonObject } from '../values/json.ts';
import type { Pinned } from './pinned.ts';

/** Everything that is known about one rollout at one moment, as the cluster has it. */
export type RolloutView = {
  readonly pinned: Pinned;
  /** The subject now; undefined once it is deleted. */
  readonly object: JsonObject | undefined;
  /** Pods of the newest revision that are not being deleted. Empty as long as the newest revision is not known. */
  readonly pods: readonly JsonObject[];
  /** Pods of older revisions, where they are watched (StatefulSets only). */
  readonly olderPods: readonly JsonObject[];
  /** Warning events since our change about the subject, the ReplicaSet of its newest revision, and the pods of it; oldest first. */
  readonly events: readonly JsonObject[];
};
