import { numberAt, objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { isLeaving, isReady } from './pod-state.ts';
import { isOfRevision } from './revision.ts';
import type { Tracker } from './tracker.ts';

/** A container of a ready pod that runs something else than what was deployed, as far as the digests tell. */
export type Difference = {
  readonly pod: string;
  readonly container: string;
  /** The image as it was deployed, with its digest. */
  readonly image: string;
  readonly expectedDigest: string;
  readonly actualDigest: string;
};

const DIGEST = /sha256:[0-9a-f]{64}/;

/**
 * Compares what the ready pods of the newest revision report (`imageID`) with the digests of the pod template. A container whose image is
 * not pinned by a digest, and one that reports none yet, has nothing to compare.
 */
export function differencesOf({ pinned, revision }: Tracker, pods: readonly JsonObject[]): readonly Difference[] {
  if (revision === undefined) {
    return [];
  }
  return pods
    .filter((pod) => isOfRevision(pod, revision) && isReady(pod) && !isLeaving(pod))
    .flatMap((pod) => containerStatuses(pod).flatMap((status) => differenceOf(pod, status, pinned.images)));
}

/** Restarts of all containers of a pod together. */
export function restartsOf(pod: JsonObject): number {
  return containerStatuses(pod).reduce((sum, status) => sum + (numberAt(status, 'restartCount') ?? 0), 0);
}

function containerStatuses(pod: JsonObject): readonly JsonObject[] {
  return ['initContainerStatuses', 'containerStatuses'].flatMap((list) => objectsAt(pod, 'status', list));
}

function differenceOf(pod: JsonObject, status: JsonObject, images: ReadonlyMap<string, string>): readonly Difference[] {
  const container = textAt(status, 'name') ?? '';
  const image = images.get(container) ?? '';
  const [expectedDigest] = DIGEST.exec(image.split('@')[1] ?? '') ?? [];
  const [actualDigest] = DIGEST.exec(textAt(status, 'imageID') ?? '') ?? [];
  return expectedDigest === undefined || actualDigest === undefined || expectedDigest === actualDigest
    ? []
    : [{ pod: textAt(pod, 'metadata', 'name') ?? '', container, image, expectedDigest, actualDigest }];
}
