import type { ApiResource } from '../kube/discovery.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';

const WAYS = ['applied', 'image-set', 'restarted', 'deleted'] as const;

/** One object that the run was about to touch, with everything that is needed to put it back. Plain JSON: it is also written to a private file for the post step. */
export type Touched = {
  /** "Deployment/server in shop" */
  readonly name: string;
  readonly resource: ApiResource;
  /** Undefined for a kind that is in no namespace. */
  readonly namespace: string | undefined;
  readonly objectName: string;
  /** URL path of the object. */
  readonly path: string;
  /** `deleted`: it left the manifests, or a Job was replaced. */
  readonly how: (typeof WAYS)[number];
  /** As it was before the run's first change of it, whole, with its managedFields; undefined: it was not there. */
  readonly before: JsonObject | undefined;
  /** As the server's dry run said that it would be. */
  readonly desired: JsonObject | undefined;
};

export type Snapshot = {
  /** In the order in which the run changes them; an object that is changed twice is there twice. */
  readonly touched: readonly Touched[];
  readonly commit: string;
  readonly runUrl: string;
};

const SCHEMA = 1;

/** Holds the values of Secrets: for private files only. */
export function formatSnapshot(snapshot: Snapshot): string {
  return JSON.stringify({ schema: SCHEMA, ...snapshot });
}

/** Undefined for what is no snapshot, or one of another version of this action. */
export function parseSnapshot(text: string): Snapshot | undefined {
  const parsed = parseJson(text);
  const commit = textAt(parsed, 'commit');
  const runUrl = textAt(parsed, 'runUrl');
  const items = valueAt(parsed, 'touched');
  if (valueAt(parsed, 'schema') !== SCHEMA || commit === undefined || runUrl === undefined || !Array.isArray(items)) {
    return undefined;
  }
  const touched = objectsAt(parsed, 'touched')
    .map(parseTouched)
    .filter((item) => item !== undefined);
  return touched.length === items.length ? { touched, commit, runUrl } : undefined;
}

function parseTouched(item: JsonObject): Touched | undefined {
  const how = WAYS.find((way) => way === item['how']);
  const resource = parseResource(item['resource']);
  const [name, objectName, path] = [textAt(item, 'name'), textAt(item, 'objectName'), textAt(item, 'path')];
  if (how === undefined || resource === undefined || !name || !objectName || !path) {
    return undefined;
  }
  const before = objectIn(item, 'before');
  const desired = objectIn(item, 'desired');
  return { name, resource, namespace: textAt(item, 'namespace'), objectName, path, how, before, desired };
}

function parseResource(value: unknown): ApiResource | undefined {
  const [apiVersion, kind, name] = [textAt(value, 'apiVersion'), textAt(value, 'kind'), textAt(value, 'name')];
  const namespaced = valueAt(value, 'namespaced');
  return apiVersion && kind && name && typeof namespaced === 'boolean'
    ? { apiVersion, kind, name, namespaced }
    : undefined;
}

function objectIn(item: JsonObject, key: string): JsonObject | undefined {
  const value = item[key];
  return isJsonObject(value) ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
