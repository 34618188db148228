import { isOwnEntry } from '../kube/field-managers.ts';
import { fieldsOfEntry, isEmpty, isLeaf, union, type FieldTree } from '../kube/field-tree.ts';
import { isJsonObject, objectsAt, type JsonObject } from '../values/json.ts';
import { planTakeover } from './takeover.ts';

/**
 * The fields that leave an object once kubectl's have gone over to us and it is applied: those that nobody wants any more. What has no
 * owner goes with the field that it is in. (The rule by which server-side apply prunes.) `desired` is the dry run's answer.
 */
export function leavingFields(live: JsonObject, desired: JsonObject): FieldTree {
  const takeover = planTakeover(live, desired);
  if (takeover === undefined) {
    return {};
  }
  const wanted = objectsAt(desired, 'metadata', 'managedFields').filter(isOwnEntry);
  const others = takeover.managedFields.filter((entry) => !isOwnEntry(entry));
  const kept = [...wanted, ...others].map(fieldsOfEntry).reduce(union, {});
  return unkept(fieldsOfEntry(takeover.managedFields.find(isOwnEntry)), kept);
}

/** What is in `tree` and not in `kept`; a branch that has nothing in `kept` is one field as a whole. */
function unkept(tree: FieldTree, kept: FieldTree): FieldTree {
  const entries = Object.entries(tree).flatMap(([step, below]): readonly (readonly [string, FieldTree])[] => {
    const keptBelow = kept[step];
    if (step === '.' || !isJsonObject(below)) {
      return [];
    }
    if (isJsonObject(keptBelow)) {
      const rest = unkeptBelow(below, keptBelow);
      return isEmpty(rest) ? [] : [[step, rest]];
    }
    // Metadata never leave as a whole: there is always a name.
    return [[step, step === 'f:metadata' ? unkept(below, {}) : isPart(step, below) ? below : {}]];
  });
  return Object.fromEntries(entries);
}

/** What is owned as a whole stays while anybody wants a part of it. */
function unkeptBelow(tree: FieldTree, kept: FieldTree): FieldTree {
  return isLeaf(tree) || isLeaf(kept) ? {} : unkept(tree, kept);
}

/** Fields of a list element that is there for another reason: `.` would be the element itself. */
function isPart(step: string, below: FieldTree): boolean {
  return !step.startsWith('f:') && !isLeaf(below) && below['.'] === undefined;
}
