import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import { isLeaf, type FieldTree } from './field-tree.ts';

/**
 * The object with exactly the fields of a tree, and of list elements their keys too, so that it can be applied. What the tree has and the
 * object does not is left out.
 */
export function extractFields(object: JsonObject, tree: FieldTree): JsonObject {
  const entries = children(tree).flatMap(([step, below]): readonly (readonly [string, unknown])[] => {
    const key = keyOf(step);
    return key === undefined || object[key] === undefined ? [] : [[key, extracted(object[key], below)]];
  });
  return Object.fromEntries(entries);
}

/**
 * The object without the fields of a tree. A field that the tree has as a whole goes with everything in it; a map, a list or an element
 * of which nothing but its keys is left goes too.
 */
export function withoutFields(object: JsonObject, tree: FieldTree): JsonObject {
  const steps = new Map(children(tree));
  const entries = Object.entries(object).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    const below = steps.get(`f:${key}`);
    const rest = below === undefined ? value : remaining(value, below);
    return rest === undefined ? [] : [[key, rest]];
  });
  return Object.fromEntries(entries);
}

function extracted(value: unknown, tree: FieldTree): unknown {
  if (isLeaf(tree)) {
    return value;
  }
  if (isJsonObject(value)) {
    return extractFields(value, tree);
  }
  return Array.isArray(value) ? extractItems(value, tree) : value;
}

function extractItems(list: readonly unknown[], tree: FieldTree): readonly unknown[] {
  return children(tree).flatMap(([step, below]) => {
    const index = indexOf(list, step);
    if (index === undefined) {
      return [];
    }
    const item = list[index];
    const keys = keysOf(step);
    const found = extracted(item, below);
    return [keys !== undefined && isJsonObject(found) ? { ...keys, ...found } : found];
  });
}

/** Undefined when nothing is left. */
function remaining(value: unknown, tree: FieldTree): unknown {
  if (isLeaf(tree)) {
    return undefined;
  }
  if (isJsonObject(value)) {
    const rest = withoutFields(value, tree);
    const isGone = Object.keys(rest).length === 0 && Object.keys(value).length > 0;
    return isGone ? undefined : rest;
  }
  return Array.isArray(value) ? remainingItems(value, tree) : value;
}

function remainingItems(list: readonly unknown[], tree: FieldTree): unknown {
  const places = children(tree).map(([step, below]) => ({ index: indexOf(list, step), keys: keysOf(step), below }));
  const rest = list.flatMap((item, index) => {
    const place = places.find((candidate) => candidate.index === index);
    if (place === undefined) {
      return [item];
    }
    const left = remaining(item, place.below);
    return left === undefined || isDeepStrictEqual(left, place.keys) ? [] : [left];
  });
  return rest.length === 0 && list.length > 0 ? undefined : rest;
}

/** The steps below a field; `.`, the field itself, is none. */
function children(tree: FieldTree): readonly (readonly [string, FieldTree])[] {
  return Object.entries(tree).flatMap(([step, below]): readonly (readonly [string, FieldTree])[] =>
    step === '.' || !isJsonObject(below) ? [] : [[step, below]],
  );
}

/** `f:spec` → spec. */
function keyOf(step: string): string | undefined {
  return step.startsWith('f:') ? step.slice(2) : undefined;
}

/** `k:{"name":"app"}` → its keys. */
function keysOf(step: string): JsonObject | undefined {
  const keys: unknown = step.startsWith('k:') ? JSON.parse(step.slice(2)) : undefined;
  return isJsonObject(keys) ? keys : undefined;
}

/** The element of a list that a step leads to: `k:` by its keys, `v:` by its value, `i:` by its place. */
function indexOf(list: readonly unknown[], step: string): number | undefined {
  const index = list.findIndex(isAt(step));
  return index === -1 ? undefined : index;
}

function isAt(step: string): (item: unknown, index: number) => boolean {
  const keys = keysOf(step);
  if (keys !== undefined) {
    const wanted = Object.entries(keys);
    return (item) => isJsonObject(item) && wanted.every(([key, value]) => isDeepStrictEqual(item[key], value));
  }
  if (step.startsWith('v:')) {
    const value: unknown = JSON.parse(step.slice(2));
    return (item) => isDeepStrictEqual(item, value);
  }
  return (_item, index) => step === `i:${index}`;
}
