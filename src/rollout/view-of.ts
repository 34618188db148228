import { textAt, type JsonObject } from '../values/json.ts';
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
    .filter((event) => timeOf(event) >= since)
    .toSorted((one, other) => timeOf(one) - timeOf(other));
}

/** When an event was seen last, in milliseconds since the epoch. The older fields are empty in events of newer components. */
export function timeOf(event: JsonObject): number {
  const text =
    textAt(event, 'series', 'lastObservedTime') ??
    textAt(event, 'lastTimestamp') ??
    textAt(event, 'eventTime') ??
    textAt(event, 'metadata', 'creationTimestamp');
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time;
}
