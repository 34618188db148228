import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, intersection, isEmpty, union } from '../../../src/kube/field-tree.ts';

for (const [says, one, other, both, rest, common] of [
  [
    'of which one is owned as a whole, and of the other a part',
    { 'f:a': {} },
    { 'f:a': { 'f:b': {} } },
    { 'f:a': { 'f:b': {} } },
    { 'f:a': {} },
    {},
  ],
  ['apart', { 'f:a': {} }, { 'f:b': {} }, { 'f:a': {}, 'f:b': {} }, { 'f:a': {} }, {}],
  ['the same', { 'f:a': {} }, { 'f:a': {} }, { 'f:a': {} }, {}, { 'f:a': {} }],
  [
    'with a part in common',
    { 'f:m': { '.': {}, 'f:a': {}, 'f:b': {} } },
    { 'f:m': { 'f:b': {}, 'f:c': {} } },
    { 'f:m': { '.': {}, 'f:a': {}, 'f:b': {}, 'f:c': {} } },
    { 'f:m': { '.': {}, 'f:a': {} } },
    { 'f:m': { 'f:b': {} } },
  ],
  [
    'of which nothing but the map is left',
    { 'f:m': { '.': {}, 'f:a': {} } },
    { 'f:m': { 'f:a': {} } },
    { 'f:m': { '.': {}, 'f:a': {} } },
    {},
    { 'f:m': { 'f:a': {} } },
  ],
] as const) {
  test(`sets of fields ${says}`, () => {
    assert.deepEqual([union(one, other), difference(one, other), intersection(one, other)], [both, rest, common]);
  });
}

test('a set with only the map itself is empty', () => {
  assert.deepEqual([isEmpty({}), isEmpty({ '.': {} }), isEmpty({ 'f:a': {} })], [true, true, false]);
});
