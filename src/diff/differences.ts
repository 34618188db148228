import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../values/json.ts';
import { itemNames } from './list-items.ts';
import { ownValue } from './own-value.ts';

export type DifferenceKind = 'added' | 'removed' | 'changed' | 'moved';

/** One field that is not the same: `spec.template.spec.containers[app].image`. What is there on one side only is told once, not leaf by leaf. */
export type Difference = {
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly before: unknown;
  readonly after: unknown;
};

/**
 * The fields that differ, in the order of their keys. Items of lists are matched by their names; `moved` is a list whose items stand in
 * another order. A list whose items have no names is compared position by position, or is one field when its length differs.
 */
export function differences(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (isDeepStrictEqual(before, after)) {
    return [];
  }
  if (before === undefined || after === undefined) {
    return [{ path, kind: before === undefined ? 'added' : 'removed', before, after }];
  }
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return keys.flatMap((key) => differences(ownValue(before, key), ownValue(after, key), fieldIn(path, key)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return listDifferences(before, after, path);
  }
  return [{ path, kind: 'changed', before, after }];
}

/** The path of a key of a map that has a path itself. */
export function fieldIn(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function listDifferences(before: readonly unknown[], after: readonly unknown[], path: string): readonly Difference[] {
  const [oldNames, newNames] = itemNames(before, after) ?? [];
  if (oldNames === undefined || newNames === undefined) {
    return before.length === after.length
      ? before.flatMap((item, index) => differences(item, after[index], `${path}[${index}]`))
      : [{ path, kind: 'changed', before, after }];
  }
  const names = [...new Set([...oldNames, ...newNames])];
  const inItems = names.flatMap((name) =>
    differences(before[oldNames.indexOf(name)], after[newNames.indexOf(name)], `${path}[${name}]`),
  );
  const stayedBefore = oldNames.filter((name) => newNames.includes(name));
  const stayedAfter = newNames.filter((name) => oldNames.includes(name));
  return isDeepStrictEqual(stayedBefore, stayedAfter)
    ? inItems
    : [...inItems, { path, kind: 'moved', before: stayedBefore, after: stayedAfter }];
}
