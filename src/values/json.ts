/** JSON as it comes from YAML, the API or a tool: nothing is known about it but what is checked here. */

export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, or undefined as soon as one is missing. */
export function valueAt(object: unknown, ...path: readonly (string | number)[]): unknown {
  let current: unknown = object;
  for (const key of path) {
    if (Array.isArray(current) && typeof key === 'number') {
      current = current[key];
    } else if (isJsonObject(current) && typeof key === 'string') {
      current = current[key];
    } else {
      return undefined;
    }
  }
  return current;
}

export function numberAt(object: unknown, ...path: readonly (string | number)[]): number | undefined {
  const value = valueAt(object, ...path);
  return typeof value === 'number' ? value : undefined;
}

export function textAt(object: unknown, ...path: readonly (string | number)[]): string | undefined {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** The JSON objects of the list at a path; what is no object is left out. */
export function objectsAt(object: unknown, ...path: readonly (string | number)[]): readonly JsonObject[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** A copy without the keys that are not wanted. */
export function without(object: JsonObject, isUnwanted: (key: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !isUnwanted(key)));
}
