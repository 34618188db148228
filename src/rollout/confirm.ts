import { DeployError } from '../errors.ts';
import type { JsonObject } from '../values/json.ts';
import { judgeAll } from './ask-kubectl.ts';
import { listNewestPods } from './newest-pods.ts';
import type { RolloutContext } from './outcome.ts';
import { differencesOf, type Difference } from './proof.ts';
import type { Tracker } from './tracker.ts';

/** What the others say of a rollout that we read as done. */
export type Confirmation =
  | { readonly kind: 'agreed'; readonly notes: readonly string[] }
  | { readonly kind: 'disagreed'; readonly text: string }
  | { readonly kind: 'differs'; readonly difference: Difference };

/**
 * Asks `kubectl rollout status` about rollouts of one namespace that look done (a fresh read for kinds that it does not know), and the
 * pods for the digests that they run. Throws `cluster-unreachable` when the API server is away.
 */
export async function confirm(
  namespace: string,
  trackers: readonly Tracker[],
  verifyDigest: boolean,
  context: RolloutContext,
): Promise<ReadonlyMap<Tracker, Confirmation>> {
  const [judgements, { pods, notes }] = await Promise.all([
    judgeAll(trackers, context),
    verifyDigest ? podsOrNote(namespace, trackers, context) : NO_PODS,
  ]);
  const confirmations = await Promise.all(
    trackers.map(async (tracker): Promise<readonly [Tracker, Confirmation]> => {
      const judgement = judgements.get(tracker) ?? { kind: 'refused', text: 'was not judged' };
      if (judgement.kind !== 'succeeded') {
        return [tracker, { kind: 'disagreed', text: judgement.text }];
      }
      const difference = await realDifference(tracker, pods.get(tracker) ?? [], context);
      return [tracker, difference === undefined ? { kind: 'agreed', notes } : { kind: 'differs', difference }];
    }),
  );
  return new Map(confirmations);
}

const NO_PODS: Pods = { pods: new Map(), notes: [] };

type Pods = {
  readonly pods: ReadonlyMap<Tracker, readonly JsonObject[]>;
  readonly notes: readonly string[];
};

async function podsOrNote(namespace: string, trackers: readonly Tracker[], { api }: RolloutContext): Promise<Pods> {
  try {
    return { pods: await listNewestPods(namespace, trackers, api), notes: [] };
  } catch (error) {
    if (error instanceof DeployError && error.code === 'access-denied') {
      return { pods: new Map(), notes: ['the digests of its pods are not verified: pods may not be listed'] };
    }
    throw error;
  }
}

/** A pod of a multi-platform image may report the digest of its platform; the registry tells which those are. */
async function realDifference(
  tracker: Tracker,
  pods: readonly JsonObject[],
  { registry }: RolloutContext,
): Promise<Difference | undefined> {
  for (const difference of differencesOf(tracker, pods)) {
    const known = await registry.digestsOf(difference.image);
    if (!known.has(difference.actualDigest)) {
      return difference;
    }
  }
  return undefined;
}
