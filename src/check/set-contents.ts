import { FIELD_MANAGER, isKubectlsOwn } from '../kube/field-managers.ts';
import { secretMadeBy } from '../kube/secret-makers.ts';
import type { Target } from '../kube/target.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import type { Referred } from './reference-places.ts';

/** The object of the set that somebody refers to. */
export function inSet(referred: Referred, targets: readonly Target[]): JsonObject | undefined {
  return targets.find(
    ({ object, namespace }) =>
      object.kind === referred.kind &&
      object.metadata.name === referred.name &&
      (referred.namespace === undefined || namespace === referred.namespace),
  )?.object;
}

/** Whether an object of the set makes it: a StatefulSet its claims, an ExternalSecret and the like a Secret. */
export function isMadeBySet({ kind, name, namespace }: Referred, targets: readonly Target[]): boolean {
  const neighbours = targets.filter((target) => target.namespace === namespace);
  if (kind === 'Secret') {
    return neighbours.some(({ object }) => secretMadeBy(object) === name);
  }
  return kind === 'PersistentVolumeClaim' && neighbours.some(({ object }) => claimsOf(object).some((own) => own(name)));
}

/** What the controller of tokens puts into a Secret of this type (kubernetes pkg/controller/serviceaccount/tokens_controller.go). */
const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const TOKEN_KEYS = ['token', 'ca.crt', 'namespace'];

/** The keys that an object of the set will have: those that are written in it, and those of a token. */
export function keysInManifest(object: JsonObject): ReadonlySet<string> {
  const parts = ['data', 'binaryData', 'stringData'].map((part) => object[part]);
  const written = parts.filter(isJsonObject).flatMap((part) => Object.keys(part));
  return new Set([...written, ...(object['type'] === TOKEN_TYPE ? TOKEN_KEYS : [])]);
}

/**
 * The keys of an object of the cluster, told by who owns its fields, so that no value is read. Undefined where nobody owns any field: somebody
 * has removed that record. Of an object that is in the set too, only the keys that stay when it is applied: those of others.
 */
export function keysInCluster(live: JsonObject, isApplied: boolean): ReadonlySet<string> | undefined {
  const entries = objectsAt(live, 'metadata', 'managedFields').filter((entry) => isJsonObject(entry['fieldsV1']));
  const staying = entries.filter((entry) => !isApplied || isOfOthers(textAt(entry, 'manager') ?? ''));
  const fields = staying.flatMap((entry) => ['f:data', 'f:binaryData'].map((part) => valueAt(entry, 'fieldsV1', part)));
  return entries.length === 0
    ? undefined
    : new Set(fields.filter(isJsonObject).flatMap((part) => Object.keys(part).map((name) => name.replace(/^f:/, ''))));
}

function isOfOthers(manager: string): boolean {
  return manager !== FIELD_MANAGER && !isKubectlsOwn(manager);
}

/** The names of claims that a StatefulSet makes: template, its own name, ordinal (pkg/controller/statefulset, getPersistentVolumeClaimName). */
function claimsOf(object: Target['object']): readonly ((name: string) => boolean)[] {
  if (object.kind !== 'StatefulSet') {
    return [];
  }
  return objectsAt(object, 'spec', 'volumeClaimTemplates').map((template) => {
    const prefix = `${textAt(template, 'metadata', 'name') ?? ''}-${object.metadata.name}-`;
    return (name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
  });
}
