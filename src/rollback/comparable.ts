import { isOwnAnnotation } from '../kube/own-annotations.ts';
import { COUNTERS, SERVERS_METADATA } from '../kube/server-metadata.ts';
import { isJsonObject, numberAt, valueAt, without, type JsonObject } from '../values/json.ts';

/** What the server chooses by itself for a Service, in a dry run otherwise than in earnest. */
const ALLOCATED = ['clusterIP', 'clusterIPs', 'healthCheckNodePort'];

/**
 * What of an object a deploy is about: without status, without what the server writes down about it, without our own annotations and
 * without spec.replicas, which belongs to whoever scaled last. Labels and annotations are always there, if only as empty maps.
 */
export function comparable(object: JsonObject): JsonObject {
  const { status: _status, metadata, spec, ...rest } = object;
  const kept = without(mapAt({ metadata }, 'metadata'), (key) => SERVERS_METADATA.includes(key));
  const annotations = without(mapAt(kept, 'annotations'), (name) => isOwnAnnotation(name) || COUNTERS.includes(name));
  return {
    ...rest,
    metadata: { ...kept, labels: mapAt(kept, 'labels'), annotations },
    ...(spec === undefined ? {} : { spec: isJsonObject(spec) ? without(spec, (key) => key === 'replicas') : spec }),
  };
}

/** The same without what the server allocates: to find out whether an object is as a dry run foretold it. */
export function foreseeable(object: JsonObject): JsonObject {
  const known = comparable(object);
  if (object['kind'] !== 'Service' || !isJsonObject(known['spec'])) {
    return known;
  }
  const spec = without(known['spec'], (key) => ALLOCATED.includes(key));
  const { ports } = spec;
  const withoutNodePorts = Array.isArray(ports)
    ? { ports: ports.map((port) => (isJsonObject(port) ? without(port, (key) => key === 'nodePort') : port)) }
    : {};
  return { ...known, spec: { ...spec, ...withoutNodePorts } };
}

/** An object with the content of `content` (as `comparable` has it) and, for the rest, what `current` has; its own annotations and replicas as given. */
export function completed(
  content: JsonObject,
  current: JsonObject,
  own: { readonly annotations: JsonObject; readonly replicas: number | undefined },
): JsonObject {
  const metadata = mapAt(content, 'metadata');
  const currentMetadata = mapAt(current, 'metadata');
  const counters = without(mapAt(currentMetadata, 'annotations'), (name) => !COUNTERS.includes(name));
  const { spec } = content;
  const withReplicas = isJsonObject(spec) && own.replicas !== undefined ? { ...spec, replicas: own.replicas } : spec;
  return {
    ...content,
    ...(current['status'] === undefined ? {} : { status: current['status'] }),
    metadata: {
      ...without(metadata, (key) => key === 'labels' || key === 'annotations'),
      ...without(currentMetadata, (key) => !SERVERS_METADATA.includes(key)),
      ...unlessEmpty('labels', mapAt(metadata, 'labels')),
      ...unlessEmpty('annotations', { ...mapAt(metadata, 'annotations'), ...counters, ...own.annotations }),
    },
    ...(withReplicas === undefined ? {} : { spec: withReplicas }),
  };
}

export function ownAnnotationsOf(object: JsonObject): JsonObject {
  return without(mapAt(mapAt(object, 'metadata'), 'annotations'), (name) => !isOwnAnnotation(name));
}

export function replicasOf(object: JsonObject | undefined): number | undefined {
  return numberAt(object, 'spec', 'replicas');
}

function mapAt(object: JsonObject, key: string): JsonObject {
  const value = valueAt(object, key);
  return isJsonObject(value) ? value : {};
}

function unlessEmpty(key: string, map: JsonObject): JsonObject {
  return Object.keys(map).length === 0 ? {} : { [key]: map };
}
