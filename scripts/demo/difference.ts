import { podsOf, type Snapshot } from './snapshot.ts';

/** What happened between two moments, as the cluster itself tells. */
export type Difference = {
  /** The Deployments that got a new ReplicaSet, once for each. */
  readonly newReplicaSets: readonly string[];
  /** The objects that were made, changed or removed: "ConfigMap agent". */
  readonly changedObjects: readonly string[];
};

export function compare(before: Snapshot, after: Snapshot): Difference {
  const known = new Set(before.replicaSets.map(({ uid }) => uid));
  const names = new Set([...before.versions.keys(), ...after.versions.keys()]);
  return {
    newReplicaSets: after.replicaSets.filter(({ uid }) => !known.has(uid)).map(({ deployment }) => deployment),
    changedObjects: [...names].filter((name) => before.versions.get(name) !== after.versions.get(name)),
  };
}

export function keptItsPods(app: string, before: Snapshot, after: Snapshot): boolean {
  const uids = (snapshot: Snapshot): string =>
    podsOf(snapshot, app)
      .map(({ uid, restarts }) => `${uid} ${restarts}`)
      .toSorted()
      .join();
  return uids(before) !== '' && uids(before) === uids(after);
}

/** "new ReplicaSet of server", "nothing". */
export function describe({ newReplicaSets, changedObjects }: Difference): string {
  const ofOthers = changedObjects.filter((name) => !name.startsWith('Deployment '));
  const objects = ofOthers.length > FEW ? `${ofOthers.length} objects` : ofOthers.join(', ');
  const replicaSets = newReplicaSets.length === 0 ? '' : `new ReplicaSet of ${newReplicaSets.toSorted().join(', ')}`;
  return [objects, replicaSets].filter((text) => text !== '').join('; ') || 'nothing';
}

const FEW = 3;
