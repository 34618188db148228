import { isDeepStrictEqual } from 'node:util';
import { podTemplatePath } from '../kube/pod-template.ts';
import type { Target } from '../kube/target.ts';
import { isJsonObject, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { comparable, visible } from './comparable.ts';

/** `replaced`: deleted and created anew, because it can not be changed as it should. */
export type ChangeKind = 'created' | 'configured' | 'replaced' | 'unchanged';

/** What applying one object will do, by the server's own dry run. */
export type PlannedChange = {
  readonly target: Target;
  readonly kind: ChangeKind;
  readonly live: JsonObject | undefined;
  /**
   * The object as the server would store it; undefined when it could not be asked, because its namespace or its definition is created in
   * the same run, or because the old one is deleted first.
   */
  readonly desired: JsonObject | undefined;
  /** Paths of the fields that differ, without values: a value may be a secret. */
  readonly fields: readonly string[];
};

export function planChange(
  target: Target,
  live: JsonObject | undefined,
  desired: JsonObject | undefined,
): PlannedChange {
  if (live === undefined || desired === undefined) {
    return { target, kind: 'created', live, desired, fields: [] };
  }
  const before = comparable(live);
  const after = comparable(desired);
  const kind = isDeepStrictEqual(before, after) ? 'unchanged' : 'configured';
  return { target, kind, live, desired, fields: differingPaths(visible(before), visible(after), '') };
}

/** True when applying will make a new revision of a workload that exists. */
export function changesTemplate(change: PlannedChange): boolean {
  const path = podTemplatePath(change.target.object.kind);
  if (path === undefined || change.live === undefined || change.desired === undefined) {
    return false;
  }
  return !isDeepStrictEqual(valueAt(change.live, ...path), valueAt(change.desired, ...path));
}

/** True when what pods read from a ConfigMap or Secret will be other bytes than before. */
export function changesData(change: PlannedChange): boolean {
  return ['data', 'binaryData'].some((key) => !isDeepStrictEqual(change.live?.[key], change.desired?.[key]));
}

function differingPaths(before: unknown, after: unknown, path: string): readonly string[] {
  if (isDeepStrictEqual(before, after)) {
    return [];
  }
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differingPaths(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) =>
      differingPaths(item, after[index], `${path}[${textAt(item, 'name') ?? index}]`),
    );
  }
  return [path];
}
