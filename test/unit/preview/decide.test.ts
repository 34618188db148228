import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideSweep, type PullRequestState } from '../../../src/preview/decide.ts';
import { previewOf } from '../../../src/preview/marks.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { NOW, previewNamespaceOf } from './preview-scene.ts';

const OPEN: PullRequestState = { kind: 'open', labels: ['bug'] };
const CLOSED: PullRequestState = { kind: 'closed', labels: [] };
const KEPT = ['Keep-Preview'];

const stays = (more: JsonObject): JsonObject => previewNamespaceOf(7, { days: -1, ...more });

const CASES: readonly (readonly [string, JsonObject, PullRequestState | undefined, string])[] = [
  ['open, with time left', previewNamespaceOf(7), OPEN, 'keep open: until 2026-11-29T00:00:00.000Z'],
  ['open, with no time left', previewNamespaceOf(7, { days: -1 }), OPEN, 'remove expired'],
  ['open, at the very moment', previewNamespaceOf(7, { days: 0 }), OPEN, 'keep open: until 2026-11-22T00:00:00.000Z'],
  ['closed', previewNamespaceOf(7), CLOSED, 'remove closed'],
  ['closed and expired', previewNamespaceOf(7, { days: -1 }), CLOSED, 'remove closed'],
  ['unknown to GitHub', previewNamespaceOf(7), { kind: 'missing' }, 'remove orphaned'],
  [
    'expired, with the label',
    previewNamespaceOf(7, { days: -1 }),
    { kind: 'open', labels: KEPT },
    'keep expired: the preview of pull request 7 has expired, and it has the label keep-preview',
  ],
  [
    'closed, with the label',
    previewNamespaceOf(7),
    { kind: 'closed', labels: KEPT },
    'keep closed: pull request 7 is closed, and it has the label keep-preview',
  ],
  [
    'open, with the label',
    previewNamespaceOf(7),
    { kind: 'open', labels: KEPT },
    'keep open: until 2026-11-29T00:00:00.000Z',
  ],
  [
    'expired, with a mark on the namespace',
    stays({ annotations: { 'k8s-deploy/keep': 'true' } }),
    OPEN,
    'keep expired: the preview of pull request 7 has expired, and the namespace is marked k8s-deploy/keep',
  ],
  [
    'orphaned, with a label on the namespace',
    stays({ labels: { 'k8s-deploy/keep': 'true' } }),
    { kind: 'missing' },
    'keep orphaned: pull request 7 does not exist, and the namespace is marked k8s-deploy/keep',
  ],
  ['marked not to be kept', stays({ labels: { 'k8s-deploy/keep': 'false' } }), OPEN, 'remove expired'],
  [
    'no answer',
    previewNamespaceOf(7),
    { kind: 'unknown', why: 'GitHub answered 502' },
    'keep unclear: GitHub answered 502',
  ],
  ['not asked', previewNamespaceOf(7), undefined, 'keep unclear: GitHub was not asked'],
  [
    'a number that is none',
    previewNamespaceOf(7, { labels: { 'k8s-deploy/pull-request': '7x' } }),
    CLOSED,
    'keep unclear: its label k8s-deploy/pull-request is no number',
  ],
  [
    'labels that stand on another namespace',
    previewNamespaceOf(7, { metadata: { name: 'production' } }),
    CLOSED,
    'keep unclear: it is not called like a preview of pull request 7',
  ],
  [
    'an expiry that is no time',
    previewNamespaceOf(7, { labels: { 'k8s-deploy/expires': 'soon' } }),
    CLOSED,
    'keep unclear: when it expires cannot be read',
  ],
  [
    'no expiry',
    previewNamespaceOf(7, {
      labels: { 'k8s-deploy/expires': undefined },
      annotations: { 'k8s-deploy/expires-at': undefined },
    }),
    OPEN,
    'keep unclear: when it expires cannot be read',
  ],
  [
    'a day that is none',
    previewNamespaceOf(7, { labels: { 'k8s-deploy/expires': '20261399T000000Z' } }),
    OPEN,
    'keep unclear: when it expires cannot be read',
  ],
  [
    'prolonged by hand in one of the two',
    previewNamespaceOf(7, { days: -1, annotations: { 'k8s-deploy/expires-at': '2027-01-01T00:00Z' } }),
    OPEN,
    'keep open: until 2027-01-01T00:00:00.000Z',
  ],
  [
    'the label alone',
    previewNamespaceOf(7, { days: -1, annotations: { 'k8s-deploy/expires-at': undefined } }),
    OPEN,
    'remove expired',
  ],
];

for (const [name, namespace, state, expected] of CASES) {
  test(`a preview whose pull request is ${name}: ${expected}`, () => {
    const preview = previewOf(namespace);
    assert.ok(preview !== undefined);
    const states = new Map(state === undefined ? [] : [[7, state]]);
    const [decision] = decideSweep([preview], states, { keepLabel: 'keep-preview', nowMilliseconds: NOW });
    const { isRemoved, why, detail } = decision ?? {};
    assert.equal(
      `${isRemoved === true ? 'remove' : 'keep'} ${why ?? ''}${detail === undefined ? '' : `: ${detail}`}`,
      expected,
    );
  });
}

test('a namespace without our label is no preview', () => {
  assert.equal(previewOf({ metadata: { name: 'shop-pr-7' } }), undefined);
});
