import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldTree } from '../../../src/kube/field-tree.ts';
import { extractFields, withoutFields } from '../../../src/kube/field-values.ts';
import type { JsonObject } from '../../../src/values/json.ts';

const APP = { name: 'app', image: 'x:1', tty: true };
const SIDE = { name: 'side', image: 'y:1' };
const PORTS = [
  { containerPort: 53, protocol: 'TCP', name: 'dns' },
  { containerPort: 53, protocol: 'UDP' },
];
const CASES: readonly (readonly [
  says: string,
  object: JsonObject,
  tree: FieldTree,
  extracted: JsonObject,
  rest: JsonObject,
])[] = [
  ['a field as a whole', { a: { b: 1, c: 2 }, d: 3 }, { 'f:a': {} }, { a: { b: 1, c: 2 } }, { d: 3 }],
  ['one key of a map', { a: { b: 1, c: 2 } }, { 'f:a': { '.': {}, 'f:b': {} } }, { a: { b: 1 } }, { a: { c: 2 } }],
  ['every key of a map', { a: { b: 1 }, d: 3 }, { 'f:a': { '.': {}, 'f:b': {} } }, { a: { b: 1 } }, { d: 3 }],
  ['the map itself', { a: { b: 1 } }, { 'f:a': { '.': {} } }, { a: {} }, { a: { b: 1 } }],
  ['an empty map', { a: {} }, { 'f:a': { '.': {} } }, { a: {} }, { a: {} }],
  [
    'a key with dots and slashes',
    { a: { 'x.io/y': '1' } },
    { 'f:a': { 'f:x.io/y': {} } },
    { a: { 'x.io/y': '1' } },
    {},
  ],
  [
    'a field of a list element, which keeps its key',
    { l: [SIDE, APP] },
    { 'f:l': { 'k:{"name":"app"}': { 'f:image': {} } } },
    { l: [{ name: 'app', image: 'x:1' }] },
    { l: [SIDE, { name: 'app', tty: true }] },
  ],
  [
    'a list element with all its fields',
    { l: [APP, SIDE] },
    { 'f:l': { 'k:{"name":"side"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
    { l: [SIDE] },
    { l: [APP] },
  ],
  [
    'all fields of a list element but its key',
    { l: [SIDE, APP] },
    { 'f:l': { 'k:{"name":"side"}': { 'f:image': {} } } },
    { l: [SIDE] },
    { l: [APP] },
  ],
  ['the only element', { l: [SIDE], d: 1 }, { 'f:l': { 'k:{"name":"side"}': {} } }, { l: [SIDE] }, { d: 1 }],
  [
    'an element with two keys',
    { l: PORTS },
    { 'f:l': { 'k:{"containerPort":53,"protocol":"UDP"}': {} } },
    { l: [PORTS[1]] },
    { l: [PORTS[0]] },
  ],
  ['a value of a set', { l: ['a', 'b'] }, { 'f:l': { 'v:"b"': {} } }, { l: ['b'] }, { l: ['a'] }],
  ['a place in a list', { l: ['a', 'b'] }, { 'f:l': { 'i:0': {} } }, { l: ['a'] }, { l: ['b'] }],
  ['what is not there', { a: 1, l: [] }, { 'f:b': {}, 'f:l': { 'v:1': {} } }, { l: [] }, { a: 1, l: [] }],
  ['nothing', { a: 1 }, {}, {}, { a: 1 }],
  ['null, which is a value', { a: null, b: 1 }, { 'f:a': {} }, { a: null }, { b: 1 }],
];

for (const [says, object, tree, extracted, rest] of CASES) {
  test(`of an object, ${says}: that alone, and all but that`, () => {
    assert.deepEqual(extractFields(object, tree), extracted);
    assert.deepEqual(withoutFields(object, tree), rest);
  });
}
