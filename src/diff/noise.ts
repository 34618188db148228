import { isOwnAnnotation } from '../kube/own-annotations.ts';
import { isJsonObject, type JsonObject } from '../values/json.ts';

/** What the server and its controllers write, and what says who wrote. */
const METADATA_NOISE: readonly string[] = [
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
];

const ANNOTATION_NOISE: readonly string[] = [
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'kubectl.kubernetes.io/last-applied-configuration',
];

/** An object without its status and without what differs from answer to answer, from deploy to deploy, or by who has deployed. */
export function withoutNoise(object: JsonObject): JsonObject {
  const { status: _status, ...rest } = object;
  return isJsonObject(rest['metadata']) ? { ...rest, metadata: withoutMetadataNoise(rest['metadata']) } : rest;
}

function withoutMetadataNoise(metadata: JsonObject): JsonObject {
  const { annotations, ...rest } = without(metadata, (key) => METADATA_NOISE.includes(key));
  if (!isJsonObject(annotations)) {
    return rest;
  }
  const real = without(annotations, (name) => isOwnAnnotation(name) || ANNOTATION_NOISE.includes(name));
  return Object.keys(real).length === 0 ? rest : { ...rest, annotations: real };
}

function without(object: JsonObject, isUnwanted: (key: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !isUnwanted(key)));
}
