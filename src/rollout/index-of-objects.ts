import { textAt, type JsonObject } from '../values/json.ts';

/** Objects that are followed, found by a key of theirs: pods by their owner, events by what they are about. */
export type ObjectIndex = {
  put(object: JsonObject): void;
  remove(object: JsonObject): void;
  /** What is not among them is gone. */
  replaceAll(objects: readonly JsonObject[]): void;
  of(key: string): readonly JsonObject[];
  all(): readonly JsonObject[];
};

/** `onTouched` is told the key of each object that was added, changed or removed. */
export function createObjectIndex(
  keyOf: (object: JsonObject) => string,
  onTouched: (key: string) => void,
): ObjectIndex {
  const byKey = new Map<string, Map<string, JsonObject>>();

  const put = (object: JsonObject): void => {
    const key = keyOf(object);
    const group = byKey.get(key) ?? new Map<string, JsonObject>();
    group.set(uidOf(object), object);
    byKey.set(key, group);
    onTouched(key);
  };

  const remove = (object: JsonObject): void => {
    const key = keyOf(object);
    const group = byKey.get(key);
    group?.delete(uidOf(object));
    if (group?.size === 0) {
      byKey.delete(key);
    }
    onTouched(key);
  };

  return {
    put,
    remove,
    replaceAll: (objects) => {
      const before = [...byKey.keys()];
      byKey.clear();
      objects.forEach(put);
      before.filter((key) => !byKey.has(key)).forEach(onTouched);
    },
    of: (key) => [...(byKey.get(key)?.values() ?? [])],
    all: () => [...byKey.values()].flatMap((group) => [...group.values()]),
  };
}

function uidOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'uid') ?? '';
}
