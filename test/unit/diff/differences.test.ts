import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffObject, type FieldChange } from '../../../src/diff/object-diff.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { DEPLOYMENT, deployment, subjectOf } from './subjects.ts';

const fieldsOf = (before: JsonObject, after: JsonObject): readonly FieldChange[] =>
  diffObject(subjectOf(before, after, DEPLOYMENT)).fields;

/** "~ path: before → after", short enough for a table. */
const told = (before: JsonObject, after: JsonObject): readonly string[] =>
  fieldsOf(before, after).map(({ path, kind, before: old, after: next }) => `${kind} ${path}: ${old} → ${next}`);

const APP = { name: 'app', image: 'app:1' };
const SIDE = { name: 'side', image: 'side:1' };
const ports = (...list: readonly JsonObject[]): JsonObject => deployment([{ name: 'app', ports: list }]);
const IN_APP = 'spec.template.spec.containers[app]';

const TABLE: readonly (readonly [string, JsonObject, JsonObject, readonly string[]])[] = [
  ['nothing differs', deployment([APP]), deployment([APP]), []],
  [
    'another image, in the container of that name',
    deployment([SIDE, APP]),
    deployment([SIDE, { ...APP, image: 'app:2' }]),
    [`changed ${IN_APP}.image: app:1 → app:2`],
  ],
  [
    'a container more in front leaves the others alone',
    deployment([APP]),
    deployment([SIDE, APP]),
    ['added spec.template.spec.containers[side]: undefined → {"name":"side","image":"side:1"}'],
  ],
  [
    'a container less',
    deployment([APP, SIDE]),
    deployment([APP]),
    ['removed spec.template.spec.containers[side]: {"name":"side","image":"side:1"} → undefined'],
  ],
  [
    'the same containers in another order',
    deployment([APP, SIDE]),
    deployment([SIDE, APP]),
    ['moved spec.template.spec.containers: ["app","side"] → ["side","app"]'],
  ],
  [
    'ports without names are told apart by number and protocol',
    ports({ containerPort: 53, protocol: 'TCP', hostPort: 1 }, { containerPort: 53, protocol: 'UDP' }),
    ports({ containerPort: 53, hostPort: 2 }, { containerPort: 53, protocol: 'UDP', hostPort: 3 }),
    [
      `changed ${IN_APP}.ports[53].hostPort: 1 → 2`,
      `removed ${IN_APP}.ports[53].protocol: TCP → undefined`,
      `added ${IN_APP}.ports[53/UDP].hostPort: undefined → 3`,
    ],
  ],
  [
    'volume mounts of one volume are told apart by their paths',
    deployment([{ name: 'app', volumeMounts: [mount('/a', 'x'), mount('/b', 'x')] }]),
    deployment([{ name: 'app', volumeMounts: [mount('/b', 'y'), mount('/a', 'x')] }]),
    [`changed ${IN_APP}.volumeMounts[/b].subPath: x → y`, `moved ${IN_APP}.volumeMounts: ["/a","/b"] → ["/b","/a"]`],
  ],
  [
    'a word of a list',
    deployment([{ name: 'app', args: ['a', 'b'] }]),
    deployment([{ name: 'app', args: ['a', 'c'] }]),
    [`changed ${IN_APP}.args[1]: b → c`],
  ],
  [
    'a list of words that grew is one field',
    deployment([{ name: 'app', args: ['a'] }]),
    deployment([{ name: 'app', args: ['a', 'b'] }]),
    [`changed ${IN_APP}.args: ["a"] → ["a","b"]`],
  ],
  ['text is not a number', deployment([], { a: 1 }), deployment([], { a: '1' }), ['changed spec.a: 1 → 1']],
  [
    'names that every object of JavaScript has are keys like others',
    { data: {} },
    { data: { constructor: 'x', toString: 'y' } },
    ['added data.constructor: undefined → x', 'added data.toString: undefined → y'],
  ],
];

function mount(mountPath: string, subPath: string): JsonObject {
  return { name: 'data', mountPath, subPath };
}

for (const [says, before, after, expected] of TABLE) {
  test(`fields: ${says}`, () => {
    assert.deepEqual(told(before, after), expected);
  });
}

test('a long value is cut, its field is told all the same', () => {
  const [field] = fieldsOf({ data: { a: 'x' } }, { data: { a: 'y'.repeat(5000) } });
  assert.deepEqual([field?.path, field?.after?.length], ['data.a', 200]);
});

test('an object that comes or goes as a whole has lines and no fields', () => {
  for (const [mark, diff] of [
    ['+', diffObject(subjectOf(undefined, { data: { a: '1' } }))],
    ['-', diffObject(subjectOf({ data: { a: '1' } }, undefined))],
  ] as const) {
    assert.deepEqual(diff.fields, []);
    assert.ok(diff.lines.length > 3 && diff.lines.every((line) => line.mark === mark), mark);
  }
});

test('a restart shows nothing of the object', () => {
  const diff = diffObject(subjectOf(deployment([APP]), undefined, { ...DEPLOYMENT, verb: 'restart' }));
  assert.deepEqual([diff.verb, diff.fields, diff.lines], ['restart', [], []]);
});
