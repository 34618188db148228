import { isKubectlsOwn, isOwnEntry } from '../kube/field-managers.ts';
import { difference, fieldsOfEntry, union, type FieldTree } from '../kube/field-tree.ts';
import { extractFields } from '../kube/field-values.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { replicasOf } from './comparable.ts';
import { isScaledSince, type Changed } from './views.ts';

const REPLICAS: FieldTree = { 'f:spec': { 'f:replicas': {} } };

/**
 * What has to be applied so that we own what we owned or took over, with the values from before: the fields that are ours now, were ours
 * before, or were kubectl's own before and are not any more. What is ours now and was not there before thereby leaves; other managers'
 * fields stay. The server refuses it when the object is of another version than `live`.
 */
export function manifestOf(touched: Changed, live: JsonObject): JsonObject {
  const { before, resource, namespace, objectName } = touched;
  const own = fieldsOfEntry(entriesOf(live).find(isOwnEntry));
  const tree = [fieldsOfEntry(entriesOf(before).find(isOwnEntry)), takenOver(before, live)].reduce(union, own);
  const fields = isScaledSince(touched, live)
    ? extractFields(withReplicasOf(live, before), ownsReplicas(own) ? tree : difference(tree, REPLICAS))
    : extractFields(before, tree);
  const metadata = isJsonObject(fields['metadata']) ? fields['metadata'] : {};
  const resourceVersion = textAt(live, 'metadata', 'resourceVersion');
  const place = namespace === undefined ? {} : { namespace };
  return {
    ...fields,
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { ...metadata, name: objectName, ...place, resourceVersion },
  };
}

/** Fields that kubectl's own managers had before and have no more. */
function takenOver(before: JsonObject, live: JsonObject): FieldTree {
  return difference(fieldsOfKubectl(before), fieldsOfKubectl(live));
}

function fieldsOfKubectl(object: JsonObject): FieldTree {
  return entriesOf(object)
    .filter((entry) => isKubectlsOwn(textAt(entry, 'manager') ?? '') && entry['subresource'] !== 'status')
    .map(fieldsOfEntry)
    .reduce(union, {});
}

function ownsReplicas(tree: FieldTree): boolean {
  return valueAt(tree, 'f:spec', 'f:replicas') !== undefined;
}

function withReplicasOf(live: JsonObject, before: JsonObject): JsonObject {
  const { spec } = before;
  return isJsonObject(spec) ? { ...before, spec: { ...spec, replicas: replicasOf(live) } } : before;
}

function entriesOf(object: JsonObject): readonly JsonObject[] {
  return objectsAt(object, 'metadata', 'managedFields');
}
