import type { KubeApi } from '../kube/api.ts';
import type { CollectionEvent, Reachability } from '../kube/collection.ts';
import { followCollection } from '../kube/collection-follow.ts';
import type { Clock } from '../ports.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { createObjectIndex, type ObjectIndex } from './index-of-objects.ts';
import { collectionOf } from './read.ts';
import { controllerUid } from './revision.ts';
import { progressOf } from './rule.ts';
import { fixedStreams, podStreams, type Stream } from './streams.ts';
import type { Tracker } from './tracker.ts';

export type FollowContext = {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly reachability: Reachability;
  /** Something of these trackers changed. */
  readonly onTouched: (trackers: readonly Tracker[]) => void;
  /** A stream may not be followed: detail is lost, or a kind has to be asked for. */
  readonly onForbidden: (stream: Stream, message: string) => void;
  /** A stream ended by an error that is none of the API's: the run was cancelled. */
  readonly onBroken: (error: unknown) => void;
};

/** What is followed in one namespace, kept up to date until it is stopped. */
export type FollowedNamespace = {
  readonly namespace: string;
  readonly trackers: readonly Tracker[];
  pods(ownerUid: string): readonly JsonObject[];
  allPods(): readonly JsonObject[];
  events(uid: string): readonly JsonObject[];
  /** Follows the pods that carry these labels from now on (label → values). */
  followPods(labels: ReadonlyMap<string, ReadonlySet<string>>): void;
  stop(): void;
};

type Told = Exclude<CollectionEvent, { readonly kind: 'forbidden' }>;

type PodStream = { readonly index: ObjectIndex; stop: AbortController; wish: string };

export function followNamespace(
  namespace: string,
  trackers: readonly Tracker[],
  context: FollowContext,
): FollowedNamespace {
  const stopping = new AbortController();
  const touch = (uid: string): void =>
    context.onTouched(trackers.filter(({ pinned, revision }) => pinned.uid === uid || revision?.ownerUid === uid));
  const events = createObjectIndex((event) => textAt(event, 'involvedObject', 'uid') ?? '', touch);
  const podsByLabel = new Map<string, PodStream>();

  const follow = (stream: Stream, onTold: (event: Told) => void, stop: AbortSignal): void => {
    const hear = (event: CollectionEvent): void => {
      if (event.kind === 'forbidden') {
        context.onForbidden(stream, event.message);
      } else if (!stop.aborted) {
        onTold(event);
      }
    };
    followCollection(stream.wish, context, hear, stop).catch(context.onBroken);
  };

  const fixed = fixedStreams(
    namespace,
    trackers.map(({ pinned }) => pinned.subject),
  );
  for (const stream of fixed) {
    const own = trackers.filter(({ pinned }) => collectionOf(pinned.subject) === stream.wish.path);
    const onTold = (event: Told): void =>
      stream.kind === 'subjects' ? context.onTouched(updateTrackers(own, event)) : updateIndex(events, event);
    follow(stream, onTold, stopping.signal);
  }

  const followPods = (stream: Stream): void => {
    const wish = JSON.stringify(stream.wish);
    const known = podsByLabel.get(stream.name) ?? {
      index: createObjectIndex(controllerUid, touch),
      stop: new AbortController(),
      wish: '',
    };
    podsByLabel.set(stream.name, known);
    if (known.wish !== wish) {
      known.stop.abort();
      Object.assign(known, { stop: new AbortController(), wish });
      follow(stream, (event) => updateIndex(known.index, event), AbortSignal.any([known.stop.signal, stopping.signal]));
    }
  };

  return {
    namespace,
    trackers,
    pods: (ownerUid) => [...podsByLabel.values()].flatMap(({ index }) => index.of(ownerUid)),
    allPods: () => [...podsByLabel.values()].flatMap(({ index }) => index.all()),
    events: (uid) => events.of(uid),
    followPods: (labels) => {
      const streams = podStreams(namespace, labels, fixed.length);
      for (const [name, { stop }] of podsByLabel) {
        if (!streams.some((stream) => stream.name === name)) {
          stop.abort();
          podsByLabel.delete(name);
        }
      }
      streams.forEach(followPods);
    },
    stop: () => stopping.abort(),
  };
}

/** Puts what came into the trackers, and returns those that it was about. */
function updateTrackers(trackers: readonly Tracker[], event: Told): readonly Tracker[] {
  if (event.kind === 'listed') {
    const byName = new Map(event.objects.map((object) => [textAt(object, 'metadata', 'name'), object]));
    trackers.forEach((tracker) => {
      tracker.object = byName.get(tracker.pinned.subject.name);
    });
    return trackers;
  }
  const name = textAt(event.object, 'metadata', 'name');
  const touched = trackers.filter(({ pinned }) => pinned.subject.name === name);
  touched.forEach((tracker) => {
    tracker.object = event.kind === 'deleted' && !isFinished(tracker, event.object) ? undefined : event.object;
  });
  return touched;
}

/** A Job may be deleted as soon as it is done (ttlSecondsAfterFinished). */
function isFinished({ pinned }: Tracker, object: JsonObject): boolean {
  return pinned.subject.rule === 'Job' && progressOf(pinned.subject, object).kind !== 'waiting';
}

function updateIndex(index: ObjectIndex, event: Told): void {
  switch (event.kind) {
    case 'listed':
      index.replaceAll(event.objects);
      return;
    case 'changed':
      index.put(event.object);
      return;
    case 'deleted':
      index.remove(event.object);
  }
}
