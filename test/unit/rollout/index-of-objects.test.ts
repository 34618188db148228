import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createObjectIndex } from '../../../src/rollout/index-of-objects.ts';
import { textAt, type JsonObject } from '../../../src/values/json.ts';

const keyOf = (object: JsonObject): string => textAt(object, 'metadata', 'owner') ?? '';
const named = (uid: string, owner: string, version = 1): JsonObject => ({ metadata: { uid, owner, version } });
const open = (): { readonly touched: string[]; readonly index: ReturnType<typeof createObjectIndex> } => {
  const touched: string[] = [];
  return { touched, index: createObjectIndex(keyOf, (key) => touched.push(key)) };
};

describe('objects that are followed', () => {
  test('are found by their key; a newer state replaces the older', () => {
    const { index } = open();
    index.put(named('1', 'a'));
    index.put(named('2', 'b'));
    index.put(named('1', 'a', 2));
    assert.deepEqual(index.of('a'), [named('1', 'a', 2)]);
    assert.equal(index.all().length, 2);
  });

  test('a list anew forgets what is not in it, and tells so', () => {
    const { index, touched } = open();
    index.put(named('1', 'a'));
    touched.length = 0;
    index.replaceAll([named('2', 'b')]);
    assert.deepEqual([index.of('a'), index.of('b').length, touched.toSorted()], [[], 1, ['a', 'b']]);
  });

  test('what is deleted is gone', () => {
    const { index } = open();
    index.put(named('1', 'a'));
    index.remove(named('1', 'a'));
    index.remove(named('1', 'a'));
    assert.deepEqual(index.all(), []);
  });
});
