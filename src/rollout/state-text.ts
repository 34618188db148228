import { objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import type { Knowledge } from './knowledge.ts';
import { isReady } from './pod-state.ts';
import { lastMillisecondsOf } from './event-time.ts';
import type { RolloutView } from './view.ts';

/**
 * "1 of 3 updated; 1 pulling its image, 1 not ready": how far a rollout is, and what its newest pods that are not ready do. No time is in it, so
 * that it changes only when something did.
 */
export function stateText(progress: string, view: RolloutView, knowledge: Knowledge): string {
  const doings = view.pods.filter((pod) => !isReady(pod)).map((pod) => doingOf(pod, knowledge));
  const counts = [...Map.groupBy(doings, (doing) => doing)].map(([doing, all]) => `${all.length} ${doing}`);
  return counts.length === 0 ? progress : `${progress}; ${counts.join(', ')}`;
}

function doingOf(pod: JsonObject, knowledge: Knowledge): string {
  const scheduled = objectsAt(pod, 'status', 'conditions').find(({ type }) => type === 'PodScheduled');
  if (scheduled?.['status'] === 'False') {
    return 'waiting for a node';
  }
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((list) => objectsAt(pod, 'status', list));
  const waiting = statuses
    .map((status) => textAt(status, 'state', 'waiting', 'reason'))
    .filter((word) => word !== undefined);
  const told = waiting.find((word) => !PLAIN.includes(word));
  if (told !== undefined) {
    return WORDS[told] ?? told;
  }
  if (waiting.includes('ContainerCreating')) {
    return isPulling(pod, knowledge) ? 'pulling its image' : 'starting';
  }
  if (waiting.includes('PodInitializing') || isInitializing(pod)) {
    return 'initializing';
  }
  return statuses.some((status) => valueAt(status, 'state', 'terminated') !== undefined) ? 'ended' : 'not ready yet';
}

const PLAIN: readonly string[] = ['ContainerCreating', 'PodInitializing'];

const WORDS: Readonly<Record<string, string>> = {
  CrashLoopBackOff: 'crashing',
  ErrImagePull: 'without its image',
  ImagePullBackOff: 'without its image',
};

function isInitializing(pod: JsonObject): boolean {
  const initialized = objectsAt(pod, 'status', 'conditions').find(({ type }) => type === 'Initialized');
  return initialized?.['status'] === 'False';
}

function isPulling(pod: JsonObject, { podEvents }: Knowledge): boolean {
  const events = podEvents.get(textAt(pod, 'metadata', 'uid') ?? '') ?? [];
  const about = events.filter((event) => ['Pulling', 'Pulled'].includes(textAt(event, 'reason') ?? ''));
  const last = about.toSorted((one, other) => lastMillisecondsOf(one) - lastMillisecondsOf(other)).at(-1);
  return textAt(last, 'reason') === 'Pulling';
}

/** Pods that make their containers, which takes as long as their images are pulled: their events tell whether that is so. */
export function startersOf({ pods }: RolloutView): readonly JsonObject[] {
  return pods.filter((pod) =>
    objectsAt(pod, 'status', 'containerStatuses').some(
      (status) => textAt(status, 'state', 'waiting', 'reason') === 'ContainerCreating',
    ),
  );
}
