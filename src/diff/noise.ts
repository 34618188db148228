import { EXPIRY_MARKS, isOwnAnnotation } from '../kube/own-annotations.ts';
import { COUNTERS, SERVERS_METADATA } from '../kube/server-metadata.ts';
import { isJsonObject, without, type JsonObject } from '../values/json.ts';

const ANNOTATION_NOISE: readonly string[] = [
  ...COUNTERS,
  'kubectl.kubernetes.io/last-applied-configuration',
  EXPIRY_MARKS.annotation,
];

/** An object without its status and without what differs from answer to answer, from deploy to deploy, or by who has deployed. */
export function withoutNoise(object: JsonObject): JsonObject {
  const { status: _status, ...rest } = object;
  return isJsonObject(rest['metadata']) ? { ...rest, metadata: withoutMetadataNoise(rest['metadata']) } : rest;
}

function withoutMetadataNoise(metadata: JsonObject): JsonObject {
  const { annotations, labels, ...rest } = without(metadata, (key) => SERVERS_METADATA.includes(key));
  return {
    ...rest,
    ...realOnes('labels', labels, (name) => name === EXPIRY_MARKS.label),
    ...realOnes('annotations', annotations, isAnnotationNoise),
  };
}

function isAnnotationNoise(name: string): boolean {
  return isOwnAnnotation(name) || ANNOTATION_NOISE.includes(name);
}

/** Where nothing but noise was, there is nothing. */
function realOnes(key: string, map: unknown, isNoise: (name: string) => boolean): JsonObject {
  if (!isJsonObject(map)) {
    return {};
  }
  const real = without(map, isNoise);
  return Object.keys(real).length === 0 ? {} : { [key]: real };
}
