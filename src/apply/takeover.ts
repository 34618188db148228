import { difference, fieldsOfEntry, intersection, isEmpty, union, type FieldTree } from '../kube/field-tree.ts';
import { objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { FIELD_MANAGER, isDeclaring, isKubectlsOwn, isOwnEntry } from '../kube/field-managers.ts';

/**
 * `rollout restart` leaves this annotation in the pod template. It stays with its owner: if we owned it, the next apply would remove it
 * and thereby restart everything once more.
 */
const RESTARTED_AT: FieldTree = {
  'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': { 'f:kubectl.kubernetes.io/restartedAt': {} } } } },
};

/** New managed fields of an object, and whose fields went over to us. */
export type Takeover = { readonly from: readonly string[]; readonly managedFields: readonly JsonObject[] };

/**
 * Hands the fields of kubectl's own managers over to ours, as if we had applied them: what leaves the manifest then also leaves the
 * object. `desired` is the object as the dry run has it. Undefined when there is nothing to hand over. (The rule of client-go's
 * csaupgrade, for all of kubectl's managers.)
 */
export function planTakeover(live: JsonObject, desired: JsonObject): Takeover | undefined {
  const entries = objectsAt(live, 'metadata', 'managedFields');
  const wanted = fieldsOfEntry(objectsAt(desired, 'metadata', 'managedFields').find(isOwnEntry));
  const split = entries.map((entry) => ({ entry, taken: takenFrom(entry, wanted) }));
  const givers = split.filter(({ taken }) => !isEmpty(taken));
  const [giver] = givers;
  if (giver === undefined) {
    return undefined;
  }
  const own = entries.find(isOwnEntry);
  const rest = split.filter(({ entry }) => entry !== own).flatMap(({ entry, taken }) => remainderOf(entry, taken));
  const { subresource: _subresource, ...shape } = own ?? giver.entry;
  const fieldsV1 = givers.map(({ taken }) => taken).reduce(union, fieldsOfEntry(own));
  return {
    from: [...new Set(givers.map(({ entry }) => textAt(entry, 'manager') ?? ''))],
    managedFields: [{ ...shape, manager: FIELD_MANAGER, operation: 'Apply', fieldsV1 }, ...rest],
  };
}

/**
 * All that a person declared; of the rest, such as labels and the replicas of `kubectl scale`, what the manifest has too. Replicas that the
 * manifest leaves open must not fall back to one.
 */
function takenFrom(entry: JsonObject, wanted: FieldTree): FieldTree {
  const manager = textAt(entry, 'manager') ?? '';
  if (!isKubectlsOwn(manager) || entry['subresource'] === 'status') {
    return {};
  }
  const isDeclared = isDeclaring(manager) && entry['subresource'] === undefined;
  return isDeclared ? difference(fieldsOfEntry(entry), RESTARTED_AT) : intersection(fieldsOfEntry(entry), wanted);
}

function remainderOf(entry: JsonObject, taken: FieldTree): readonly JsonObject[] {
  if (isEmpty(taken)) {
    return [entry];
  }
  const fieldsV1 = difference(fieldsOfEntry(entry), taken);
  return isEmpty(fieldsV1) ? [] : [{ ...entry, fieldsV1 }];
}
