import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange } from '../../../src/apply/change.ts';
import { hasStamp, stamped } from '../../../src/apply/stamp.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IMAGES = [
  parseImageReference(`ghcr.io/org/app:1@${DIGEST}`),
  parseImageReference(`ghcr.io/org/other:1@sha256:${'b'.repeat(64)}`),
];
const ORIGIN = { commit: 'c0ffee', repository: 'org/shop', runUrl: 'https://example.com/org/shop/actions/runs/7' };
const OWN = {
  'k8s-deploy/commit': 'c0ffee',
  'k8s-deploy/repository': 'org/shop',
  'k8s-deploy/run': 'https://example.com/org/shop/actions/runs/7',
};
const deployment = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', annotations: { team: 'x' } },
  spec: { template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image }] } } },
});
const thing = (kind: string, more: JsonObject = {}) => ({ apiVersion: 'v1', kind, metadata: { name: 'a' }, ...more });

test('an object says which commit, repository and run it is from, and which images of the run it has', () => {
  const object = deployment(`ghcr.io/org/app@${DIGEST}`);
  const { metadata, ...rest } = stamped(object, { origin: ORIGIN, images: IMAGES }, undefined);
  assert.deepEqual(metadata['annotations'], {
    team: 'x',
    ...OWN,
    'k8s-deploy/images': `ghcr.io/org/app@${DIGEST}`,
  });
  assert.deepEqual(rest, { apiVersion: 'apps/v1', kind: 'Deployment', spec: object.spec }, 'the pod template stays');
});

for (const [says, object, expected] of [
  ['an object without images', thing('Service'), OWN],
  ['a ConfigMap that has a digest in its data', thing('ConfigMap', { data: { image: DIGEST } }), OWN],
  [
    'a custom resource that names the image',
    thing('App', { spec: { image: `x@${DIGEST}` } }),
    { ...OWN, 'k8s-deploy/images': `ghcr.io/org/app@${DIGEST}` },
  ],
  ['a Namespace, which needs no right to change it', thing('Namespace'), undefined],
] as const) {
  test(`the annotations of ${says}`, () => {
    const { metadata } = stamped(object, { origin: ORIGIN, images: IMAGES }, undefined);
    assert.deepEqual(metadata['annotations'], expected);
  });
}

test('what is not known is not written, and restarts that are due are', () => {
  const origin = { commit: 'c', repository: '', runUrl: '' };
  const { metadata } = stamped(thing('ConfigMap'), { origin, images: [] }, 'deployment/a');
  assert.deepEqual(metadata['annotations'], { 'k8s-deploy/commit': 'c', 'k8s-deploy/restart-due': 'deployment/a' });
});

test('an object knows whether this run has applied it', () => {
  const object = stamped(thing('Service'), { origin: ORIGIN, images: [] }, undefined);
  assert.equal(hasStamp(object, ORIGIN), true);
  assert.equal(hasStamp(object, { ...ORIGIN, runUrl: 'https://example.com/org/shop/actions/runs/8' }), false);
  assert.equal(hasStamp(thing('Service'), ORIGIN), false);
});

const fieldsOf = (...annotations: readonly string[]): JsonObject => ({
  manager: 'k8s-deploy',
  operation: 'Apply',
  fieldsV1: {
    'f:metadata': {
      'f:annotations': { '.': {}, ...Object.fromEntries(annotations.map((name) => [`f:${name}`, {}])) },
    },
    'f:spec': {},
  },
});
const stored = (annotations: JsonObject | undefined, owner: JsonObject): JsonObject => ({
  ...thing('Service'),
  metadata: { name: 'a', ...(annotations === undefined ? {} : { annotations }), managedFields: [owner] },
});
const BARE = { manager: 'k8s-deploy', operation: 'Apply', fieldsV1: { 'f:spec': {} } };

for (const [says, live, desired, kind] of [
  ['another commit alone', stored(OWN, fieldsOf(...Object.keys(OWN))), stored(undefined, BARE), 'unchanged'],
  [
    'another commit of an object with annotations',
    stored({ team: 'x', ...OWN }, fieldsOf('team', ...Object.keys(OWN))),
    stored({ team: 'x' }, fieldsOf('team')),
    'unchanged',
  ],
  [
    'another annotation',
    stored({ team: 'x', ...OWN }, fieldsOf('team', ...Object.keys(OWN))),
    stored({ team: 'y' }, fieldsOf('team')),
    'configured',
  ],
  ['an annotation that leaves', stored({ team: 'x' }, fieldsOf('team')), stored(undefined, BARE), 'configured'],
] as const) {
  test(`${says}: the object is ${kind}`, async () => {
    const target = targetOf(await manifestOf('apiVersion: v1\nkind: Service\nmetadata: { name: a }\n'));
    const change = planChange(target, live, desired);
    assert.equal(change.kind, kind);
    assert.deepEqual(
      change.fields.filter((field) => field.includes('k8s-deploy')),
      [],
    );
  });
}
