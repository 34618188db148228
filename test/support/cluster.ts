import { isDeepStrictEqual } from 'node:util';
import { numberAt, objectsAt, textAt, type JsonObject } from '../../src/values/json.ts';
import { run } from '../lab/command.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from './until.ts';

/** One namespace of the lab's cluster, seen with a kubectl of our own. */
export type Cluster = {
  readonly namespace: string;
  /** Runs kubectl in the namespace and returns what it prints. */
  kubectl(
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Record<string, string> },
  ): Promise<string>;
  get(name: string): Promise<JsonObject>;
  /** Names of the ReplicaSets of each Deployment: one per revision. */
  revisions(): Promise<Revisions>;
  /** What each object is at the moment: {"Deployment/server": "<resourceVersion>"}. Waits until nothing moves any more. `others` are more kinds. */
  snapshot(others?: string): Promise<Snapshot>;
};

export type Revisions = Readonly<Record<string, readonly string[]>>;
export type Snapshot = Readonly<Record<string, string>>;

const KINDS =
  'deployments,statefulsets,daemonsets,replicasets,controllerrevisions,jobs,configmaps,secrets,services,serviceaccounts,persistentvolumeclaims,rolebindings';

export function clusterOf(lab: Lab, namespace: string): Cluster {
  const kubectl: Cluster['kubectl'] = async (args, { input, env } = {}) =>
    run(['kubectl', `--namespace=${namespace}`, ...args], {
      env: { ...lab.env, ...env },
      ...(input === undefined ? {} : { input }),
    });
  const list = async (kinds: string): Promise<readonly JsonObject[]> =>
    objectsAt(JSON.parse(await kubectl(['get', kinds, '--output=json'])), 'items');

  const look = async (kinds: string): Promise<Snapshot> =>
    Object.fromEntries(
      (await list(kinds)).map((object) => [
        `${textAt(object, 'kind') ?? ''}/${textAt(object, 'metadata', 'name') ?? ''}`,
        textAt(object, 'metadata', 'resourceVersion') ?? '',
      ]),
    );

  return {
    namespace,
    kubectl,
    get: async (name) => {
      const object: JsonObject = JSON.parse(await kubectl(['get', name, '--output=json']));
      return object;
    },
    revisions: async () => {
      const owned = (await list('replicasets')).flatMap((replicaSet) =>
        objectsAt(replicaSet, 'metadata', 'ownerReferences').map((owner) => ({
          owner: textAt(owner, 'name') ?? '',
          name: textAt(replicaSet, 'metadata', 'name') ?? '',
        })),
      );
      const groups = [...Map.groupBy(owned, ({ owner }) => owner)];
      return Object.fromEntries(groups.map(([owner, sets]) => [owner, sets.map(({ name }) => name).toSorted()]));
    },
    snapshot: async (others) => {
      const kinds = others === undefined ? KINDS : `${KINDS},${others}`;
      let before = await look(kinds);
      return until('a cluster in which nothing moves', async () => {
        const now = await look(kinds);
        const isSteady = isDeepStrictEqual(now, before);
        before = now;
        return isSteady ? now : undefined;
      });
    },
  };
}

/** How many revisions each Deployment got since: {"server": 1}; those without a new one are left out. */
export function newRevisions(before: Revisions, after: Revisions): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, sets]) => [name, sets.filter((set) => !(before[name] ?? []).includes(set)).length] as const)
      .filter(([, count]) => count > 0),
  );
}

/** The first container of a workload's pod template. */
export function firstContainer(workload: JsonObject): JsonObject {
  return objectsAt(workload, 'spec', 'template', 'spec', 'containers')[0] ?? {};
}

export function generationOf(object: JsonObject): number {
  return numberAt(object, 'metadata', 'generation') ?? 0;
}
