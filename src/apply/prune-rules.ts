import { FIELD_MANAGER, isOwnEntry } from '../kube/field-managers.ts';
import { fieldsOfEntry, isEmpty } from '../kube/field-tree.ts';
import { isNeverPruned } from '../kube/never-pruned.ts';
import { OWN_ANNOTATIONS } from '../kube/own-annotations.ts';
import { objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { isInventory, type InventoryEntry } from './inventory.ts';

/** An annotation of the user: "false" on an object that stays in the cluster whatever leaves the manifests. */
const PRUNE_ANNOTATION = 'k8s-deploy/prune';

const MANY_OBJECTS = 20;

/** Why an object is never pruned, whatever it looks like; undefined when it may be. Completes "It stays: …". */
export function keptByKind(entry: InventoryEntry): string | undefined {
  if (isInventory(entry)) {
    return 'inventories are never pruned';
  }
  return isNeverPruned(entry.group, entry.kind) ? `nothing of the kind ${entry.kind} is ever pruned` : undefined;
}

/**
 * Why an object that is there is not pruned; undefined when it may be. Completes "It stays: …". An object that moved to a deploy of another
 * repository was marked by that one when it was changed there.
 */
export function keptByState(live: JsonObject, repository: string): string | undefined {
  if (textAt(live, 'metadata', 'annotations', PRUNE_ANNOTATION) === 'false') {
    return `it is annotated ${PRUNE_ANNOTATION}: "false"`;
  }
  const deployer = textAt(live, 'metadata', 'annotations', OWN_ANNOTATIONS.repository) ?? repository;
  if (deployer !== repository) {
    return `it was deployed from ${deployer} since`;
  }
  const isOurs = objectsAt(live, 'metadata', 'managedFields').some(
    (entry) => isOwnEntry(entry) && !isEmpty(fieldsOfEntry(entry)),
  );
  return isOurs ? undefined : `the field manager ${FIELD_MANAGER} owns nothing of it any more`;
}

/** More than a handful, and most of what there is: rather a mistake in the manifests than a wish. */
export function isSuspiciouslyMuch(pruned: number, inInventory: number): boolean {
  return pruned > MANY_OBJECTS && pruned * 2 > inInventory;
}
