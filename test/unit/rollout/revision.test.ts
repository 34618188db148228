import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOfRevision, newestRevision } from '../../../src/rollout/revision.ts';
import type { Subject, SubjectRule } from '../../../src/values/subject.ts';
import type { JsonObject } from '../../../src/values/json.ts';

const subject = (rule: SubjectRule): Subject => ({
  rule,
  kind: rule,
  namespace: 'shop',
  name: 'server',
  path: '/x/server',
});

const deployment = (revision: string, observedGeneration = 2, message = ''): JsonObject => ({
  metadata: { uid: 'dep', generation: 2, annotations: { 'deployment.kubernetes.io/revision': revision } },
  status: { observedGeneration, conditions: [{ type: 'Progressing', message }] },
});

const replicaSet = (hash: string, revision: string, owner = 'dep'): JsonObject => ({
  metadata: {
    uid: `rs-${hash}`,
    labels: { 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [{ uid: owner, controller: true }],
  },
});

describe('the newest revision of a Deployment', () => {
  const sets = [replicaSet('old', '1'), replicaSet('new', '2'), replicaSet('foreign', '2', 'other')];

  test('is its own ReplicaSet with its own revision number', () => {
    assert.deepEqual(newestRevision(subject('Deployment'), deployment('2'), sets), {
      label: 'pod-template-hash',
      value: 'new',
      ownerUid: 'rs-new',
    });
  });

  test('is the old one again after a rollback to it', () => {
    const revision = newestRevision(subject('Deployment'), deployment('3'), [
      replicaSet('old', '3'),
      replicaSet('new', '2'),
    ]);
    assert.equal(revision?.value, 'old');
  });

  test('is not known before the controller has seen the change', () => {
    assert.equal(newestRevision(subject('Deployment'), deployment('2', 1), sets), undefined);
  });

  test('is not known while its ReplicaSet is not there yet', () => {
    assert.equal(newestRevision(subject('Deployment'), deployment('4'), sets), undefined);
  });

  for (const message of ['ReplicaSet "server-5d9f7c" is progressing.', 'Created new replica set "server-5d9f7c"']) {
    test(`where ReplicaSets may not be read, its condition names it: ${message}`, () => {
      assert.deepEqual(newestRevision(subject('Deployment'), deployment('2', 2, message), undefined), {
        label: 'pod-template-hash',
        value: '5d9f7c',
        ownerUid: undefined,
      });
    });
  }
});

test('a StatefulSet names its newest revision in its status', () => {
  const object = { metadata: { uid: 'sts', generation: 1 }, status: { observedGeneration: 1, updateRevision: 'db-7' } };
  assert.deepEqual(newestRevision(subject('StatefulSet'), object, undefined), {
    label: 'controller-revision-hash',
    value: 'db-7',
    ownerUid: 'sts',
  });
});

test('pods of a DaemonSet carry the generation of its template', () => {
  const object = { metadata: { uid: 'ds', annotations: { 'deprecated.daemonset.template.generation': '4' } } };
  assert.equal(newestRevision(subject('DaemonSet'), object, undefined)?.value, '4');
});

const pod = (owner: string, value: string): JsonObject => ({
  metadata: { labels: { 'pod-template-generation': value }, ownerReferences: [{ uid: owner }] },
});

test('a pod belongs to a revision by its label and its owner', () => {
  const revision = { label: 'pod-template-generation', value: '4', ownerUid: 'ds' };
  assert.equal(isOfRevision(pod('ds', '4'), revision), true);
  assert.equal(isOfRevision(pod('another', '4'), revision), false);
  assert.equal(isOfRevision(pod('ds', '3'), revision), false);
});
