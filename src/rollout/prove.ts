import { DeployError } from '../errors.ts';
import type { JsonObject } from '../values/json.ts';
import { endingWithoutPods } from './ending.ts';
import { hintOfSuccess } from './hint-of-success.ts';
import { listNewestPods } from './newest-pods.ts';
import { isReady } from './pod-state.ts';
import { differencesOf, type Difference } from './proof.ts';
import { collectionOf } from './read.ts';
import { settle, type Session } from './session.ts';
import type { Tracker } from './tracker.ts';
import { viewOf } from './view-of.ts';
import { wantedPods } from './wanted-pods.ts';

/**
 * Ends rollouts of one namespace that kubectl has confirmed: by the digests that their ready pods report. Pods that are followed tell them
 * already; where those are not all, they are listed. Throws `cluster-unreachable`.
 */
export async function prove(namespace: string, trackers: readonly Tracker[], session: Session): Promise<void> {
  const { verifyDigest } = session.plan;
  const known = new Map(trackers.map((tracker) => [tracker, followedPods(tracker, session)]));
  const unknown = trackers.filter((tracker) => known.get(tracker) === undefined);
  const listed = verifyDigest && unknown.length > 0 ? await listPods(namespace, unknown, session) : NOTHING_LISTED;
  for (const tracker of trackers) {
    const pods = known.get(tracker) ?? listed?.get(tracker) ?? [];
    const difference = verifyDigest ? await realDifference(tracker, pods, session) : undefined;
    if (difference === undefined) {
      const notes = [
        listed === undefined ? NOT_VERIFIED : undefined,
        session.unlistable.has(collectionOf(tracker.pinned.subject)) ? NOT_JUDGED : undefined,
        hintOfSuccess(tracker.object),
      ];
      settle(tracker, { kind: 'succeeded', notes: notes.filter((note) => note !== undefined) }, session);
    } else {
      settle(tracker, endingWithoutPods('failed', 'image-differs', describe(difference)), session);
    }
  }
}

type ListedPods = ReadonlyMap<Tracker, readonly JsonObject[]>;

const NOTHING_LISTED: ListedPods = new Map();

const NOT_JUDGED = 'kubectl could not judge it, since its kind may not be listed: a fresh read says that it is done';

const NOT_VERIFIED = 'the digests of its pods are not verified: pods may not be listed';

/** The ready pods that are followed; undefined when they are fewer than the rollout wants, for then some are not known. */
function followedPods(tracker: Tracker, session: Session): readonly JsonObject[] | undefined {
  const { pods, object } = viewOf(tracker, session.followed(tracker.pinned.subject.namespace));
  const ready = pods.filter(isReady);
  return ready.length >= wantedPods(object) ? ready : undefined;
}

/** Undefined when they may not be listed. */
async function listPods(
  namespace: string,
  trackers: readonly Tracker[],
  { context }: Session,
): Promise<ListedPods | undefined> {
  try {
    return await listNewestPods(namespace, trackers, context.api);
  } catch (error) {
    if (error instanceof DeployError && error.code === 'access-denied') {
      return undefined;
    }
    throw error;
  }
}

/** A pod of a multi-platform image may report the digest of its platform; the registry tells which those are. */
async function realDifference(
  tracker: Tracker,
  pods: readonly JsonObject[],
  { context }: Session,
): Promise<Difference | undefined> {
  for (const difference of differencesOf(tracker, pods)) {
    const known = await context.registry.digestsOf(difference.image);
    if (!known.has(difference.actualDigest)) {
      return difference;
    }
  }
  return undefined;
}

function describe({ pod, container, actualDigest, expectedDigest }: Difference): string {
  return `container ${container} of pod ${pod} runs ${actualDigest}, deployed was ${expectedDigest}`;
}
