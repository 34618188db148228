import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchBetween } from '../../../src/rollback/json-patch.ts';
import { isAsMade, undone } from '../../../src/rollback/three-way.ts';

const twice = (...values: readonly number[]) => values.map((value) => ({ name: 'A', value }));
const env = (...names: readonly string[]) => names.map((name) => ({ name, value: `of ${name}` }));

for (const [says, before, made, live, expected, after] of [
  ['a field that the run changed', { a: 1 }, { a: 2 }, { a: 2 }, true, { a: 1 }],
  ['a field that the run added', {}, { a: 2 }, { a: 2 }, true, {}],
  ['a field that the run removed', { a: 1 }, {}, {}, true, { a: 1 }],
  ['a field that somebody else changed too', { a: 1 }, { a: 2 }, { a: 3 }, false, { a: 1 }],
  ['a field that the run removed and somebody else added', { a: 1 }, {}, { a: 1 }, false, { a: 1 }],
  ['a field that the run left alone', { a: 1, b: 1 }, { a: 1, b: 2 }, { a: 9, b: 2 }, true, { a: 9, b: 1 }],
  ['a map that the run added, and somebody else a field of it', {}, { m: { a: 1 } }, { m: { a: 1, b: 2 } }, true, {}],
  ['a list without names', { l: [1, 2] }, { l: [1] }, { l: [1] }, true, { l: [1, 2] }],
  ['a list without names that is another', { l: [1, 2] }, { l: [1] }, { l: [1, 3] }, false, { l: [1, 2] }],
  ['an element that was added', env('B', 'A'), env('B', 'A', 'C'), env('B', 'A', 'C'), true, env('B', 'A')],
  ['an element of somebody else', env('B', 'A'), env('A'), env('A', 'X'), true, env('B', 'A', 'X')],
  ['another order', env('B', 'A'), env('A', 'B'), env('A', 'B'), true, env('B', 'A')],
  ['names that are numbers', env('2', '1'), env('2', '1', '0'), env('2', '1', '0'), true, env('2', '1')],
  ['an element that is there twice', twice(1, 2), twice(3, 2), twice(3, 2), true, twice(1, 2)],
  ['text that became a map', { a: 'x' }, { a: { b: 1 } }, { a: { b: 1 } }, true, { a: 'x' }],
  ['nothing at all', { a: 1 }, { a: 1 }, { a: 2 }, true, { a: 2 }],
] as const) {
  test(`undone: ${says}`, () => {
    assert.equal(isAsMade(before, made, live), expected);
    assert.deepEqual(undone(before, made, live), after);
  });
}

for (const [says, from, to, operations] of [
  ['the same', { a: [1] }, { a: [1] }, []],
  ['a field added', {}, { a: 1 }, [{ op: 'add', path: '/a', value: 1 }]],
  ['a field gone', { m: { a: 1, b: 1 } }, { m: { b: 1 } }, [{ op: 'remove', path: '/m/a' }]],
  ['a list, as a whole', { l: [1, 2] }, { l: [1] }, [{ op: 'replace', path: '/l', value: [1] }]],
  ['a name with / and ~', { 'a/b~c': 1 }, { 'a/b~c': 2 }, [{ op: 'replace', path: '/a~1b~0c', value: 2 }]],
] as const) {
  test(`patch: ${says}`, () => {
    assert.deepEqual(patchBetween(from, to), operations);
  });
}
