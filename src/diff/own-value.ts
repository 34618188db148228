import { isJsonObject } from '../values/json.ts';

/** The value of a key; undefined also for keys like "constructor" that every object of JavaScript inherits. */
export function ownValue(object: unknown, key: string): unknown {
  return isJsonObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}
