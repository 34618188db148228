import { difference, fieldsOfEntry, isEmpty, type FieldTree } from '../kube/field-tree.ts';
import { isOwnAnnotation, OWN_ANNOTATIONS } from '../kube/own-annotations.ts';
import { isJsonObject, objectsAt, type JsonObject } from '../values/json.ts';

/** The object as it is told to people: without who owns which field, and without its status. */
export function visible(object: JsonObject): JsonObject {
  return { ...object, metadata: { ...metadataOf(object), managedFields: undefined }, status: undefined };
}

/**
 * Without what differs from answer to answer, and without what this action writes onto objects about its deploys. Ownership of fields
 * (managedFields) counts, the time in it does not.
 */
export function comparable(object: JsonObject): JsonObject {
  const { resourceVersion: _version, generation: _generation, annotations: _annotations, ...rest } = metadataOf(object);
  const managedFields = objectsAt(object, 'metadata', 'managedFields').filter(isRealOwner).flatMap(withoutStamps);
  return { ...object, metadata: { ...rest, ...annotationsOf(object), managedFields } };
}

function metadataOf(object: JsonObject): JsonObject {
  return isJsonObject(object['metadata']) ? object['metadata'] : {};
}

/** No annotations and an empty map of them are the same. */
function annotationsOf(object: JsonObject): JsonObject {
  const { annotations } = metadataOf(object);
  const foreign = Object.entries(isJsonObject(annotations) ? annotations : {}).filter(
    ([name]) => !isOwnAnnotation(name),
  );
  return foreign.length === 0 ? {} : { annotations: Object.fromEntries(foreign) };
}

const OWN_FIELDS: FieldTree = {
  'f:metadata': {
    'f:annotations': Object.fromEntries(Object.values(OWN_ANNOTATIONS).map((name) => [`f:${name}`, {}])),
  },
};

/** The map itself is owned when a manifest has it without annotations; with our stamps in it, it is not. */
const EMPTY_MAP: FieldTree = { 'f:metadata': { 'f:annotations': {} } };

function withoutStamps(entry: JsonObject): readonly JsonObject[] {
  const fields = fieldsOfEntry(entry);
  const fieldsV1 = difference(difference(fields, OWN_FIELDS), EMPTY_MAP);
  return isEmpty(fieldsV1) && !isEmpty(fields) ? [] : [{ ...entry, fieldsV1, time: undefined }];
}

/** The server makes this owner up for an object that nobody owns a field of, such as a bare Namespace; nothing changes by it. */
function isRealOwner(entry: JsonObject): boolean {
  return entry['manager'] !== 'before-first-apply';
}
