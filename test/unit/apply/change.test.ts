import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesData, changesTemplate, planChange, type PlannedChange } from '../../../src/apply/change.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

const target = targetOf(await manifestOf('apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\n'));

const deployment = (image: string, more: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', resourceVersion: '1', generation: 1, managedFields: [owner('t1')], ...metadata },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'a', image }] } }, ...more },
  status: { replicas: 1 },
});
const owner = (time: string, manager = 'k8s-deploy'): JsonObject => ({
  manager,
  operation: 'Apply',
  time,
  fieldsV1: {},
});
const change = (live: JsonObject | undefined, desired: JsonObject | undefined): PlannedChange =>
  planChange(target, live, desired);

const secret = (data: JsonObject): JsonObject => ({ metadata: { name: 's' }, data });
const list = (...args: readonly string[]): JsonObject => ({ metadata: {}, spec: { args } });
test('created: there is no such object, or its namespace comes with it', () => {
  assert.equal(change(undefined, deployment('x:1')).kind, 'created');
  assert.deepEqual([change(undefined, undefined).kind, change(undefined, undefined).fields], ['created', []]);
});

test('unchanged: versions, generations and the times of owners do not count', () => {
  const again = deployment('x:1', {}, { resourceVersion: '2', generation: 2, managedFields: [owner('t2')] });
  assert.deepEqual([change(deployment('x:1'), again).kind, change(deployment('x:1'), again).fields], ['unchanged', []]);
});

test('unchanged: the owner that the server makes up for a bare object does not count', () => {
  const made = deployment('x:1', {}, { managedFields: [owner('t1'), owner('t1', 'before-first-apply')] });
  assert.equal(change(deployment('x:1'), made).kind, 'unchanged');
});

const owning = (annotations: JsonObject): readonly JsonObject[] => [
  { ...owner('t1'), fieldsV1: { 'f:metadata': { 'f:annotations': annotations, 'f:labels': { 'f:app': {} } } } },
];

test('unchanged: a manifest with an empty map of annotations, in which the live object has our stamps', () => {
  const managedFields = owning({ 'f:k8s-deploy/commit': {} });
  const live = deployment('x:1', {}, { annotations: { 'k8s-deploy/commit': 'a' }, managedFields });
  const kindWith = (annotations: JsonObject): string =>
    change(live, deployment('x:1', {}, { managedFields: owning(annotations) })).kind;
  assert.deepEqual([kindWith({}), kindWith({ 'f:other': {} })], ['unchanged', 'configured']);
});

test('configured: a field differs, and its path is told', () => {
  const { kind, fields } = change(deployment('x:1'), deployment('x:2', { replicas: 3 }));
  assert.deepEqual([kind, fields], ['configured', ['spec.replicas', 'spec.template.spec.containers[a].image']]);
});

test('configured: another owner alone changes the object, although no field differs', () => {
  const taken = deployment('x:1', {}, { managedFields: [owner('t1'), owner('t1', 'kubectl-set')] });
  assert.deepEqual(
    [change(taken, deployment('x:1')).kind, change(taken, deployment('x:1')).fields],
    ['configured', []],
  );
});

test('paths name fields, never their values', () => {
  const { fields } = change(
    secret({ a: 'c2VjcmV0', b: 'b2xk', same: 'x' }),
    secret({ a: 'bmV3', c: 'YWRkZWQ=', same: 'x' }),
  );
  assert.deepEqual(fields, ['data.a', 'data.b', 'data.c']);
});

test('a list that grew is one path', () => {
  assert.deepEqual(change(list('a'), list('a', 'b')).fields, ['spec.args']);
  assert.deepEqual(change(list('a', 'b'), list('a', 'c')).fields, ['spec.args[1]']);
});

for (const [says, live, desired, expected] of [
  ['another image', deployment('x:1'), deployment('x:2'), true],
  ['more replicas', deployment('x:1'), deployment('x:1', { replicas: 2 }), false],
  ['a new object', undefined, deployment('x:1'), false],
] as const) {
  test(`${says}: ${expected ? 'a' : 'no'} new revision of a workload that exists`, () => {
    assert.equal(changesTemplate(change(live, desired)), expected);
  });
}

test('an object without pods never gets a new revision', async () => {
  const service = targetOf(await manifestOf('apiVersion: v1\nkind: Service\nmetadata: { name: a }\n'));
  assert.equal(changesTemplate(planChange(service, { spec: { a: 1 } }, { spec: { a: 2 } })), false);
});

for (const [says, live, desired, expected] of [
  ['another value', { data: { a: '1' } }, { data: { a: '2' } }, true],
  ['another file', { binaryData: { a: 'MQ==' } }, { binaryData: { a: 'Mg==' } }, true],
  ['another label', { metadata: { labels: { a: '1' } }, data: { a: '1' } }, { metadata: {}, data: { a: '1' } }, false],
] as const) {
  test(`${says}: what pods read is ${expected ? 'not ' : ''}the same`, () => {
    assert.equal(changesData(change(live, desired)), expected);
  });
}
