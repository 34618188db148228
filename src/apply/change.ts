import { isDeepStrictEqual } from 'node:util';
import type { ApplyTarget } from './targets.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { podTemplatePath } from '../kube/pod-template.ts';

export type ChangeKind = 'created' | 'configured' | 'unchanged';

/** What applying one object will do, by the server's own dry run. */
export type PlannedChange = {
  readonly target: ApplyTarget;
  readonly kind: ChangeKind;
  readonly live: JsonObject | undefined;
  /** The object as the server would store it; undefined when it could not be asked, because the namespace is created in the same run. */
  readonly desired: JsonObject | undefined;
  /** Paths of the fields that differ, without values: a value may be a secret. */
  readonly fields: readonly string[];
};

export function planChange(
  target: ApplyTarget,
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
  const path = podTemplatePath(change.target.manifest.object.kind);
  if (path === undefined || change.live === undefined || change.desired === undefined) {
    return false;
  }
  return !isDeepStrictEqual(valueAt(change.live, ...path), valueAt(change.desired, ...path));
}

/** True when what pods read from a ConfigMap or Secret will be other bytes than before. */
export function changesData(change: PlannedChange): boolean {
  return ['data', 'binaryData'].some((key) => !isDeepStrictEqual(change.live?.[key], change.desired?.[key]));
}

/** Without what differs from answer to answer; ownership of fields (managedFields) counts, the time in it does not. */
function comparable(object: JsonObject): JsonObject {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const managedFields = objectsAt(metadata, 'managedFields').filter(isRealOwner).map(withoutTime);
  const { resourceVersion: _version, generation: _generation, ...rest } = metadata;
  return { ...object, metadata: { ...rest, managedFields } };
}

function withoutTime(entry: JsonObject): JsonObject {
  return { ...entry, time: undefined };
}

/** The server makes this owner up for an object that nobody owns a field of, such as a bare Namespace; nothing changes by it. */
function isRealOwner(entry: JsonObject): boolean {
  return entry['manager'] !== 'before-first-apply';
}

function visible(object: JsonObject): JsonObject {
  const metadata = isJsonObject(object['metadata']) ? { ...object['metadata'], managedFields: undefined } : {};
  return { ...object, metadata, status: undefined };
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
