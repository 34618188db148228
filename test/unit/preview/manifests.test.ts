import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PreviewPlan } from '../../../src/plan/preview-slices.ts';
import { previewManifests } from '../../../src/preview/manifests.ts';
import { previewOf, timeStamp } from '../../../src/preview/marks.ts';
import { NOW } from './preview-scene.ts';

const PLAN: PreviewPlan = {
  app: 'My_Shop',
  pullRequest: 7,
  namespace: 'my-shop-pr-7',
  repository: 'org/app',
  repositoryId: '1',
  ttlSeconds: 7 * 86_400,
  guards: { quota: [], limits: [], network: 'open', allowFrom: [] },
  keepLabel: 'keep-preview',
};

const objectsOf = (guards: Partial<PreviewPlan['guards']>): readonly object[] =>
  previewManifests({ ...PLAN, guards: { ...PLAN.guards, ...guards } }, NOW + 678).map(({ object }) => object);

test('without guards there is the namespace, with labels by which a sweep finds it', () => {
  const [namespace, ...others] = objectsOf({});
  assert.deepEqual(others, []);
  assert.deepEqual(namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'my-shop-pr-7',
      labels: {
        'k8s-deploy/preview': `my-shop-${previewOf(Object(namespace))?.app.slice(-7) ?? ''}`,
        'k8s-deploy/repository-id': '1',
        'k8s-deploy/pull-request': '7',
        'k8s-deploy/expires': '20261129T000000Z',
      },
      annotations: { 'k8s-deploy/repository': 'org/app', 'k8s-deploy/expires-at': '2026-11-29T00:00:00.000Z' },
    },
  });
  const read = previewOf(Object(namespace));
  assert.equal(read?.pullRequest, 7);
  assert.equal(read.expiresMilliseconds, NOW + 7 * 86_400_000);
});

const amounts = (text: string) =>
  text.split(' ').map((one) => ({ resource: one.split('=')[0] ?? '', amount: one.split('=')[1] ?? '' }));

test('quota and limits are what was given, by kind, and resources may have dots', () => {
  const [, quota, limits] = objectsOf({
    quota: amounts('requests.cpu=2 pods=20'),
    limits: amounts('default.memory=256Mi default.example.com/gpu=1 max.cpu=2'),
  });
  const metadata = { name: 'k8s-deploy-preview', namespace: 'my-shop-pr-7' };
  assert.deepEqual(quota, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata,
    spec: { hard: { 'requests.cpu': '2', pods: '20' } },
  });
  assert.deepEqual(limits, {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata,
    spec: {
      limits: [{ type: 'Container', default: { memory: '256Mi', 'example.com/gpu': '1' }, max: { cpu: '2' } }],
    },
  });
});

const own = { podSelector: {} };
const podsOf = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

test('an isolated preview is reached from itself and from what is allowed, and reaches everything', () => {
  const [, policy] = objectsOf({ network: 'isolated', allowFrom: ['ingress-nginx'] });
  assert.deepEqual(policy, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'k8s-deploy-preview', namespace: 'my-shop-pr-7' },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [own, podsOf('ingress-nginx')] }] },
  });
});

test('a closed one reaches itself and DNS only', () => {
  const [, policy] = objectsOf({ network: 'closed' });
  assert.deepEqual(Object(policy)['spec'], {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [own] }],
    egress: [
      { to: [own] },
      {
        to: [podsOf('kube-system')],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
    ],
  });
});

test('a manifest of ours is written as it is applied', () => {
  const [manifest] = previewManifests(PLAN, NOW);
  assert.deepEqual(JSON.parse(manifest?.toText() ?? ''), manifest?.object);
  assert.equal(timeStamp(NOW), '20261122T000000Z');
});
