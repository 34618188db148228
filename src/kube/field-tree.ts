import { isJsonObject, type JsonObject } from '../values/json.ts';

/**
 * Sets of fields as the API writes them (FieldsV1): nested objects with keys like `f:spec` and `k:{"name":"app"}`, where `.` stands for
 * the map or list element itself.
 */
export type FieldTree = JsonObject;

/** The fields that one entry of `metadata.managedFields` owns; none without an entry. */
export function fieldsOfEntry(entry: JsonObject | undefined): FieldTree {
  const fields = entry?.['fieldsV1'];
  return isJsonObject(fields) ? fields : {};
}

export function union(one: FieldTree, other: FieldTree): FieldTree {
  const merged: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const existing = merged[key];
    merged[key] = isJsonObject(existing) && isJsonObject(value) ? union(existing, value) : value;
  }
  return merged;
}

/** The fields of `tree` that are not in `taken`; branches that hold no field any more are left out. */
export function difference(tree: FieldTree, taken: FieldTree): FieldTree {
  const entries = Object.entries(tree).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    const other = taken[key];
    if (key === '.' || !isJsonObject(value) || !isJsonObject(other)) {
      return [[key, value]];
    }
    if (isLeaf(value)) {
      return isLeaf(other) ? [] : [[key, value]];
    }
    const rest = difference(value, other);
    return isEmpty(rest) ? [] : [[key, rest]];
  });
  return Object.fromEntries(entries);
}

/** The fields that are in both. */
export function intersection(one: FieldTree, other: FieldTree): FieldTree {
  const entries = Object.entries(one).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    const match = other[key];
    if (!isJsonObject(value) || !isJsonObject(match)) {
      return [];
    }
    if (isLeaf(value)) {
      return isLeaf(match) ? [[key, value]] : [];
    }
    const both = intersection(value, match);
    return isEmpty(both) ? [] : [[key, both]];
  });
  return Object.fromEntries(entries);
}

/** A tree whose only leaves are "the map itself" holds no field. */
export function isEmpty(tree: FieldTree): boolean {
  return Object.keys(tree).every((key) => key === '.');
}

/** A field itself, owned as a whole, and not a step on the way to others. */
export function isLeaf(tree: FieldTree): boolean {
  return Object.keys(tree).length === 0;
}
