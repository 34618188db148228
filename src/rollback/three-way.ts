import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';

/**
 * Whether everything that the run changed (where `desired` is not as `before`) is in `live` as the run made it. What others changed
 * elsewhere in the object does not count. A list whose elements have names is compared element by element, any other as a whole.
 */
export function isAsMade(before: unknown, desired: unknown, live: unknown): boolean {
  if (isDeepStrictEqual(before, desired)) {
    return true;
  }
  const maps = asMaps([before, desired, live]);
  if (maps === undefined || desired === undefined || live === undefined) {
    return isDeepStrictEqual(desired, live);
  }
  const [mapBefore, mapDesired, mapLive] = maps;
  return keysOf(mapBefore, mapDesired).every((key) => isAsMade(mapBefore[key], mapDesired[key], mapLive[key]));
}

/**
 * What an object has to be like so that the run's changes are undone: `before` wherever `desired` is not as `before`, and everywhere else
 * as it is now. Undefined: not there.
 */
export function undone(before: unknown, desired: unknown, current: unknown): unknown {
  if (isDeepStrictEqual(before, desired)) {
    return current;
  }
  const versions = [before, desired, current];
  const maps = versions.includes(undefined) ? undefined : asMaps(versions);
  if (maps === undefined) {
    return before;
  }
  const [mapBefore, mapDesired, mapCurrent] = maps;
  const entries = keysOf(mapBefore, mapDesired, mapCurrent).flatMap((key): readonly (readonly [string, unknown])[] => {
    const value = undone(mapBefore[key], mapDesired[key], mapCurrent[key]);
    return value === undefined ? [] : [[key, value]];
  });
  return Array.isArray(before) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

/** All three as maps by key, or as maps by name where they are lists; what is not there is empty. Undefined when they are nothing of that kind. */
function asMaps(versions: readonly unknown[]): readonly [JsonObject, JsonObject, JsonObject] | undefined {
  const given = versions.filter((version) => version !== undefined);
  const isMaps = given.every(isJsonObject);
  const [one, two, three] = versions.map((version) => (isMaps ? asMap(version) : byName(version)));
  return one === undefined || two === undefined || three === undefined ? undefined : [one, two, three];
}

function asMap(version: unknown): JsonObject | undefined {
  return isJsonObject(version) ? version : {};
}

/** Undefined unless each element has a name of its own. The colon keeps names that are numbers from being sorted. */
function byName(version: unknown): JsonObject | undefined {
  if (version === undefined) {
    return {};
  }
  if (!Array.isArray(version)) {
    return undefined;
  }
  const named = new Map(version.map((item: unknown) => [`:${textAt(item, 'name') ?? ''}`, item]));
  return named.size === version.length && !named.has(':') ? Object.fromEntries(named) : undefined;
}

function keysOf(...maps: readonly JsonObject[]): readonly string[] {
  return [...new Set(maps.flatMap((map) => Object.keys(map)))];
}
