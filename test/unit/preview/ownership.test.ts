import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOfForeign, ownershipOf } from '../../../src/preview/ownership.ts';
import { previewNamespaceOf } from './preview-scene.ts';

const OWNER = { app: 'shop', pullRequest: 7, namespace: 'shop-pr-7', repository: 'org/app', repositoryId: '1' };

test('a namespace is ours only when all its labels say so', () => {
  assert.equal(ownershipOf(undefined, OWNER), 'free');
  assert.equal(ownershipOf(previewNamespaceOf(7), OWNER), 'ours');
  assert.equal(ownershipOf(previewNamespaceOf(7, { metadata: { deletionTimestamp: 'x' } }), OWNER), 'terminating');
  assert.equal(ownershipOf(previewNamespaceOf(7, { status: { phase: 'Terminating' } }), OWNER), 'terminating');
});

for (const [name, object, says, hint] of [
  [
    'no preview',
    { metadata: { name: 'shop-pr-7', labels: {} } },
    'it is there and is no preview: it has no label k8s-deploy/preview',
    /kubectl label namespace shop-pr-7 k8s-deploy\/preview=shop k8s-deploy\/repository-id=1 k8s-deploy\/pull-request=7$/,
  ],
  [
    'one of another repository',
    previewNamespaceOf(7, {
      labels: { 'k8s-deploy/repository-id': '2' },
      annotations: { 'k8s-deploy/repository': 'org/other' },
    }),
    'it is a preview of org/other (id 2), and this is org/app (id 1)',
    /the input app/,
  ],
  [
    'one without a repository',
    previewNamespaceOf(7, {
      labels: { 'k8s-deploy/repository-id': undefined },
      annotations: { 'k8s-deploy/repository': undefined },
    }),
    'it is a preview of a repository (id unknown), and this is org/app (id 1)',
    /the input app/,
  ],
  [
    'one of another app',
    previewNamespaceOf(7, { labels: { 'k8s-deploy/preview': 'blog' } }),
    'it is the preview of the app blog, and this is shop',
    /the input app/,
  ],
  [
    'one of another pull request',
    previewNamespaceOf(7, { labels: { 'k8s-deploy/pull-request': '8' } }),
    'it is the preview of pull request 8, and this is pull request 7',
    /the input app/,
  ],
  [
    'one of no pull request',
    previewNamespaceOf(7, { labels: { 'k8s-deploy/pull-request': 'x' } }),
    'it is the preview of no pull request by its label, and this is pull request 7',
    /the input app/,
  ],
] as const) {
  test(`${name} is foreign, also while it is deleted, and whose it is gets said`, () => {
    assert.equal(ownershipOf(object, OWNER), 'foreign');
    assert.equal(ownershipOf({ ...object, status: { phase: 'Terminating' } }, OWNER), 'foreign');
    const failure = failureOfForeign(object, OWNER);
    assert.equal(failure.code, 'preview-foreign');
    assert.equal(failure.message, `The namespace shop-pr-7 is not touched: ${says}`);
    assert.match(failure.hint ?? '', hint);
  });
}
