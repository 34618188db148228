import { textAt, type JsonObject } from '../values/json.ts';
import { lastMillisecondsOf } from './event-time.ts';
import type { FollowedNamespace } from './follow-namespace.ts';
import { isLeaving } from './pod-state.ts';
import { isOfRevision } from './revision.ts';
import { podOwnerOf, type Tracker } from './tracker.ts';
import type { RolloutView } from './view.ts';

/** Events of the same second as our change belong to it; the server tells seconds only. */
const EVENT_SLACK_MILLISECONDS = 2000;

/** What is known of one rollout now. Before anything is followed it is the object alone. */
export function viewOf(tracker: Tracker, followed: FollowedNamespace | undefined): RolloutView {
  const { pinned, object } = tracker;
  const told = (uid: string): readonly JsonObject[] => followed?.events(uid) ?? [];
  if (pinned.subject.rule === 'Pod') {
    return {
      pinned,
      object,
      pods: object === undefined ? [] : [object],
      olderPods: [],
      events: eventsAbout(tracker, [], told),
    };
  }
  const own = podsOf(tracker, followed).filter((pod) => !isLeaving(pod));
  const { revision } = tracker;
  const pods = revision === undefined ? [] : own.filter((pod) => isOfRevision(pod, revision));
  const olderPods = pinned.subject.rule === 'StatefulSet' ? own.filter((pod) => !pods.includes(pod)) : [];
  return { pinned, object, pods, olderPods, events: eventsAbout(tracker, pods, told) };
}

function podsOf(tracker: Tracker, followed: FollowedNamespace | undefined): readonly JsonObject[] {
  const owner = podOwnerOf(tracker);
  if (followed === undefined || owner === undefined) {
    return [];
  }
  const isOwnerUnknown = tracker.pinned.subject.rule === 'Deployment' && tracker.revision?.ownerUid === undefined;
  return isOwnerUnknown ? followed.allPods() : followed.pods(owner);
}

/** Warnings about a rollout, its newest ReplicaSet and the pods of it since our change; oldest first. */
export function eventsAbout(
  { pinned, revision }: Tracker,
  pods: readonly JsonObject[],
  eventsOf: (uid: string) => readonly JsonObject[],
): readonly JsonObject[] {
  const uids = new Set([pinned.uid, revision?.ownerUid, ...pods.map((pod) => textAt(pod, 'metadata', 'uid'))]);
  const since = pinned.isChanged ? pinned.serverTimeMilliseconds - EVENT_SLACK_MILLISECONDS : 0;
  return [...uids]
    .flatMap((uid) => (uid === undefined ? [] : eventsOf(uid)))
    .filter((event) => lastMillisecondsOf(event) >= since)
    .toSorted((one, other) => lastMillisecondsOf(one) - lastMillisecondsOf(other));
}
