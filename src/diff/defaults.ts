import { isJsonObject, objectsAt, type JsonObject } from '../values/json.ts';
import { itemNames } from './list-items.ts';
import { ownValue } from './own-value.ts';

/**
 * A live object without the defaults of the server, to be compared with one that is not stored yet and has none. Everything stays
 * that the other has as well, and that somebody owns by metadata.managedFields: what was applied server-side has no owner for a default
 * ("Server-Side Apply", Kubernetes documentation). Items of lists always stay.
 */
export function withoutDefaults(live: JsonObject, other: JsonObject): JsonObject {
  const owned = objectsAt(live, 'metadata', 'managedFields')
    .filter((entry) => entry['subresource'] === undefined)
    .map((entry) => entry['fieldsV1'])
    .filter(isJsonObject);
  return withoutUnowned(live, other, owned);
}

function withoutUnowned(object: JsonObject, other: unknown, owned: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => {
      const inner = owned.map((fields) => ownValue(fields, `f:${key}`)).filter(isJsonObject);
      const otherValue = ownValue(other, key);
      const isKept = otherValue !== undefined || inner.length > 0;
      return isKept ? [[key, reduced(value, otherValue, inner)]] : [];
    }),
  );
}

function reduced(value: unknown, other: unknown, owned: readonly JsonObject[]): unknown {
  if (owned.some((fields) => Object.keys(fields).length === 0)) {
    return value;
  }
  if (Array.isArray(value)) {
    return reducedItems(value, Array.isArray(other) ? other : [], owned);
  }
  return isJsonObject(value) ? withoutUnowned(value, other, owned) : value;
}

function reducedItems(
  items: readonly unknown[],
  others: readonly unknown[],
  owned: readonly JsonObject[],
): readonly unknown[] {
  const [names = [], otherNames = []] = itemNames(items, others) ?? [];
  return items.map((item, index) => {
    const name = names[index];
    if (name === undefined || !isJsonObject(item)) {
      return item;
    }
    const other = others[otherNames.indexOf(name)];
    const ownedOfItem = fieldsOfItem(item, owned);
    return other === undefined && ownedOfItem.length === 0 ? item : withoutUnowned(item, other, ownedOfItem);
  });
}

/** The entries `k:{"containerPort":80,"protocol":"TCP"}` that are about an item. */
function fieldsOfItem(item: JsonObject, owned: readonly JsonObject[]): readonly JsonObject[] {
  return owned
    .flatMap((fields) => Object.entries(fields))
    .filter(([key]) => key.startsWith('k:') && isAbout(item, key.slice(2)))
    .map(([, fields]) => fields)
    .filter(isJsonObject);
}

function isAbout(item: JsonObject, keyText: string): boolean {
  const keys: unknown = JSON.parse(keyText);
  return isJsonObject(keys) && Object.entries(keys).every(([key, value]) => item[key] === value);
}
