import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leavingFields } from '../../../src/apply/leaving.ts';
import type { FieldTree } from '../../../src/kube/field-tree.ts';
import type { JsonObject } from '../../../src/values/json.ts';

const owner = (manager: string, fieldsV1: FieldTree, operation = 'Update'): JsonObject => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsV1,
});
const ours = (fieldsV1: FieldTree): JsonObject => owner('k8s-deploy', fieldsV1, 'Apply');
const kubectls = (fieldsV1: FieldTree): JsonObject => owner('kubectl-client-side-apply', fieldsV1);
const objectWith = (...managedFields: readonly JsonObject[]): JsonObject => ({ metadata: { managedFields } });
const labels = (...names: readonly string[]): FieldTree => ({
  'f:metadata': { 'f:labels': { '.': {}, ...Object.fromEntries(names.map((name) => [`f:${name}`, {}])) } },
});
const container = (name: string, ...fields: readonly string[]): FieldTree => ({
  [`k:{"name":"${name}"}`]: { '.': {}, ...Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) },
});
const spec = (below: FieldTree): FieldTree => ({ 'f:spec': below });

const CASES: readonly (readonly [
  says: string,
  kubectl: FieldTree,
  manifest: FieldTree,
  others: readonly JsonObject[],
  leaving: FieldTree,
])[] = [
  ['nothing, when the manifest has it all', labels('a'), labels('a'), [], {}],
  ['a label', labels('a', 'b'), labels('a'), [], { 'f:metadata': { 'f:labels': { 'f:b': {} } } }],
  ['all labels', labels('a'), {}, [], { 'f:metadata': { 'f:labels': {} } }],
  ['no label that another tool owns too', labels('a', 'b'), labels('a'), [owner('helm', labels('b'))], {}],
  [
    'labels but those that another tool owns',
    labels('a', 'b'),
    {},
    [owner('helm', labels('b'))],
    { 'f:metadata': { 'f:labels': { 'f:a': {} } } },
  ],
  [
    'a container',
    spec({ ...container('a', 'image'), ...container('b', 'image') }),
    spec(container('a', 'image')),
    [],
    spec({ 'k:{"name":"b"}': {} }),
  ],
  [
    'a field of a container',
    spec(container('a', 'image', 'tty')),
    spec(container('a', 'image')),
    [],
    spec({ 'k:{"name":"a"}': { 'f:tty': {} } }),
  ],
  [
    'a field of an element that nobody owns',
    spec({ 'k:{"name":"a"}': { 'f:image': {} } }),
    spec({ 'f:x': {} }),
    [],
    spec({ 'k:{"name":"a"}': { 'f:image': {} } }),
  ],
  [
    'a struct with all that is in it',
    spec({ 'f:strategy': { 'f:type': {} }, 'f:x': {} }),
    spec({ 'f:x': {} }),
    [],
    spec({ 'f:strategy': {} }),
  ],
];

for (const [says, kubectl, manifest, others, leaving] of CASES) {
  test(`with the hand-over leaves ${says}`, () => {
    const live = objectWith(kubectls(kubectl), ...others);
    const desired = objectWith(ours(manifest), kubectls(kubectl), ...others);
    assert.deepEqual(leavingFields(live, desired), leaving);
  });
}

test('nothing leaves an object that only we have applied', () => {
  assert.deepEqual(leavingFields(objectWith(ours(labels('a', 'b'))), objectWith(ours(labels('a')))), {});
});
