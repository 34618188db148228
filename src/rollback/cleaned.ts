import { SERVERS_METADATA } from '../kube/server-metadata.ts';
import { isJsonObject, valueAt, without, type JsonObject } from '../values/json.ts';

/** With these the Job controller marks the pods of one Job; the next one is given its own. */
const OF_ONE_JOB = ['controller-uid', 'batch.kubernetes.io/controller-uid'];

/** A deleted object as it can be created again: without its status and what belonged to its one life. */
export function cleaned(object: JsonObject): JsonObject {
  const { status: _status, metadata, spec, ...rest } = object;
  const { kind } = object;
  return {
    ...rest,
    metadata: withoutJobLabels(withoutKeys(metadata, SERVERS_METADATA), kind),
    ...(spec === undefined ? {} : { spec: specOf(kind, spec) }),
  };
}

function specOf(kind: unknown, spec: unknown): unknown {
  if (kind === 'Pod') {
    return withoutKeys(spec, ['nodeName']);
  }
  if (kind !== 'Job' || valueAt(spec, 'manualSelector') === true) {
    return spec;
  }
  const template = asMap(valueAt(spec, 'template'));
  const metadata = withoutJobLabels(asMap(template['metadata']), kind);
  return { ...withoutKeys(spec, ['selector']), template: { ...template, metadata } };
}

function withoutJobLabels(metadata: JsonObject, kind: unknown): JsonObject {
  return kind === 'Job' && isJsonObject(metadata['labels'])
    ? { ...metadata, labels: withoutKeys(metadata['labels'], OF_ONE_JOB) }
    : metadata;
}

function withoutKeys(map: unknown, keys: readonly string[]): JsonObject {
  return without(asMap(map), (key) => keys.includes(key));
}

function asMap(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
