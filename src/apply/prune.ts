import { DeployError, type Finding } from '../errors.ts';
import { getObject, type KubeApi } from '../kube/api.ts';
import { resourcePath, type ApiResource, type Discovery } from '../kube/discovery.ts';
import { describeObject, isKubeObject, type KubeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import { textAt } from '../values/json.ts';
import { entryOf, formatEntry, type Inventory, type InventoryEntry } from './inventory.ts';
import { inApplyOrder } from './order.ts';
import { inParallel } from '../kube/parallel.ts';
import { isSuspiciouslyMuch, keptByKind, keptByState } from './prune-rules.ts';
import { createGroupDiscovery, type GroupDiscovery } from './served-resource.ts';

/** An object that left the manifests and is to be deleted. */
export type PrunedObject = {
  readonly resource: ApiResource;
  readonly namespace: string | undefined;
  readonly name: string;
  /** URL path of the object. */
  readonly path: string;
  readonly live: KubeObject;
  /** "ConfigMap/agent in shop" */
  readonly describe: string;
};

export type PlannedPrune = {
  /** In the order in which they are deleted: that of applying, from its end. */
  readonly pruned: readonly PrunedObject[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
};

type Judgement = PrunedObject | Finding | { readonly note: string } | undefined;

/** What one entry is judged against. */
type Surroundings = {
  readonly repository: string;
  readonly targets: readonly Target[];
  readonly find: GroupDiscovery;
  readonly api: KubeApi;
};

const PARALLEL_READS = 8;

/**
 * What of the inventory is not in the set any more and is to be deleted, by reads only: what is there, is still ours, and is not kept by
 * its kind or its annotation. An object that only moved to another API group is the same by its uid, and stays. A set that is empty, or
 * lacks too much of what was there, is refused. Throws when the API server cannot be asked.
 */
export async function planPrune(
  inventory: Inventory,
  targets: readonly Target[],
  discover: Discovery,
  api: KubeApi,
): Promise<PlannedPrune> {
  const total = inventory.entries.length;
  if (total > 0 && targets.length === 0) {
    return refused(inventory, `the manifests have no object, so all ${total} would be deleted`);
  }
  const inSet = new Set(targets.map((target) => formatEntry(entryOf(target))));
  const gone = inventory.entries.filter((entry) => !inSet.has(formatEntry(entry)));
  const find = createGroupDiscovery(api, discover);
  const judged = await inParallel(gone, PARALLEL_READS, async (entry) =>
    judge(entry, { repository: inventory.scope.repository, targets, find, api }),
  );
  const pruned = judged.filter((one): one is PrunedObject => one !== undefined && 'live' in one);
  if (isSuspiciouslyMuch(pruned.length, total)) {
    return refused(inventory, `${pruned.length} of ${total} objects would be deleted`);
  }
  return {
    pruned: inApplyOrder(pruned, ({ live }) => live).toReversed(),
    findings: judged.filter((one): one is Finding => one !== undefined && 'code' in one),
    notes: judged.flatMap((one) => (one !== undefined && 'note' in one ? [one.note] : [])),
  };
}

/** Undefined for what is not there, or is leaving already. */
async function judge(entry: InventoryEntry, { repository, targets, find, api }: Surroundings): Promise<Judgement> {
  const what = nameOf(entry);
  const stays = (why: string): Judgement => ({ note: `${what} left the manifests and stays: ${why}` });
  const kind = keptByKind(entry);
  if (kind !== undefined) {
    return stays(kind);
  }
  try {
    const found = await readLive(entry, find, api);
    const state = found === undefined ? undefined : keptByState(found.live, repository);
    if (found === undefined || (await isMoved(found.live, entry, targets, api))) {
      return undefined;
    }
    return state === undefined ? found : stays(state);
  } catch (error) {
    if (error instanceof DeployError && error.code === 'access-denied') {
      return { code: error.code, problem: { message: error.message, hint: error.hint } };
    }
    throw error;
  }
}

async function readLive(entry: InventoryEntry, find: GroupDiscovery, api: KubeApi): Promise<PrunedObject | undefined> {
  const resource = await find(entry.group, entry.kind);
  if (resource === undefined) {
    return undefined;
  }
  const namespace = entry.namespace === '' ? undefined : entry.namespace;
  const path = resourcePath(resource, namespace, entry.name);
  const live = await getObject(api, path, `read ${nameOf(entry)}, which left the manifests`);
  return !isKubeObject(live) || textAt(live, 'metadata', 'deletionTimestamp') !== undefined
    ? undefined
    : { resource, namespace, name: entry.name, path, live, describe: describeObject(live) };
}

/** Groups that serve the same storage, as Ingress in extensions and in networking.k8s.io once did, show one object with one uid. */
async function isMoved(
  live: KubeObject,
  { kind, namespace, name }: InventoryEntry,
  targets: readonly Target[],
  api: KubeApi,
): Promise<boolean> {
  const twins = targets.map(entryOf).flatMap((other, index) => {
    const isTwin = other.kind === kind && other.namespace === namespace && other.name === name;
    return isTwin ? (targets[index]?.path ?? []) : [];
  });
  const found = await Promise.all(twins.map(async (path) => getObject(api, path, `read ${path}`)));
  return found.some((twin) => twin !== undefined && textAt(twin, 'metadata', 'uid') === live.metadata['uid']);
}

function nameOf({ kind, namespace, name }: InventoryEntry): string {
  return `${kind}/${name}${namespace === '' ? '' : ` in ${namespace}`}`;
}

function refused({ scope }: Inventory, why: string): PlannedPrune {
  const message = `Pruning by the inventory ${scope.name} is refused: ${why}`;
  const hint =
    'Check the input manifests. When it is meant: delete the objects by hand, or give the deploy another name in the input inventory, which leaves them where they are.';
  return { pruned: [], findings: [{ code: 'prune-refused', problem: { message, hint } }], notes: [] };
}
