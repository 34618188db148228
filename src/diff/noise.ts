import { isOwnAnnotation } from '../kube/own-annotations.ts';
import { COUNTERS, SERVERS_METADATA } from '../kube/server-metadata.ts';
import { isJsonObject, without, type JsonObject } from '../values/json.ts';

const ANNOTATION_NOISE: readonly string[] = [...COUNTERS, 'kubectl.kubernetes.io/last-applied-configuration'];

/** An object without its status and without what differs from answer to answer, from deploy to deploy, or by who has deployed. */
export function withoutNoise(object: JsonObject): JsonObject {
  const { status: _status, ...rest } = object;
  return isJsonObject(rest['metadata']) ? { ...rest, metadata: withoutMetadataNoise(rest['metadata']) } : rest;
}

function withoutMetadataNoise(metadata: JsonObject): JsonObject {
  const { annotations, ...rest } = without(metadata, (key) => SERVERS_METADATA.includes(key));
  if (!isJsonObject(annotations)) {
    return rest;
  }
  const real = without(annotations, (name) => isOwnAnnotation(name) || ANNOTATION_NOISE.includes(name));
  return Object.keys(real).length === 0 ? rest : { ...rest, annotations: real };
}
