import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatEntry, parseEntry, type Inventory } from '../../../src/apply/inventory.ts';
import { planPrune, type PlannedPrune, type PrunedObject } from '../../../src/apply/prune.ts';
import { deleteCommand } from '../../../src/apply/prune-commands.ts';
import { isSuspiciouslyMuch } from '../../../src/apply/prune-rules.ts';
import { createGroupDiscovery } from '../../../src/apply/served-resource.ts';
import { createDiscovery } from '../../../src/kube/discovery.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { Target } from '../../../src/kube/target.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { targetFor } from '../../support/target-for.ts';

const OURS = { manager: 'k8s-deploy', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } };

/** A live object with a uid made of what it is called. */
const live = (apiVersion: string, kind: string, name: string, metadata: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, managedFields: [OURS], ...metadata },
});

const resource = (name: string, kind: string, namespaced = true): object => ({ name, kind, namespaced });
const group = (name: string, ...versions: readonly string[]): object => ({
  kind: 'APIGroup',
  name,
  versions: versions.map((version) => ({ groupVersion: `${name}/${version}` })),
  preferredVersion: { groupVersion: `${name}/${versions[0] ?? ''}` },
});

const SERVED: ApiAnswers = {
  '/api/v1': {
    resources: [
      resource('configmaps', 'ConfigMap'),
      resource('secrets', 'Secret'),
      resource('services', 'Service'),
      resource('namespaces', 'Namespace', false),
    ],
  },
  '/apis/apps': group('apps', 'v1'),
  '/apis/apps/v1': { resources: [resource('deployments', 'Deployment')] },
  '/apis/extensions': group('extensions', 'v1beta1'),
  '/apis/extensions/v1beta1': {
    resources: [resource('ingresses', 'Ingress'), resource('deployments', 'Deployment')],
  },
  '/apis/networking.k8s.io': group('networking.k8s.io', 'v1'),
  '/apis/networking.k8s.io/v1': { resources: [resource('ingresses', 'Ingress')] },
  '/apis/rbac.authorization.k8s.io': group('rbac.authorization.k8s.io', 'v1'),
  '/apis/rbac.authorization.k8s.io/v1': { resources: [resource('clusterroles', 'ClusterRole', false)] },
};

const CONFIG_MAPS = '/api/v1/namespaces/shop/configmaps';
const OLD_LINE = '/ConfigMap/shop/old';
const OLD = { [`${CONFIG_MAPS}/old`]: live('v1', 'ConfigMap', 'old') };

const inventoryOf = (...lines: readonly string[]): Inventory => ({
  scope: { name: 'shop', namespace: 'shop', repository: 'org/shop' },
  entries: lines.map(parseEntry).filter((entry) => entry !== undefined),
});
const KEPT_LINE = 'apps/Deployment/shop/server';
const KEPT = targetFor('{ apiVersion: apps/v1, kind: Deployment, metadata: { name: server } }');

async function plan(
  lines: readonly string[],
  answers: ApiAnswers,
  targets: readonly Target[] = [KEPT],
): Promise<PlannedPrune & { readonly requests: readonly string[] }> {
  const api = fakeApi({ ...SERVED, ...answers });
  const planned = await planPrune(inventoryOf(...lines), targets, createDiscovery(api), api);
  return { ...planned, requests: api.requests };
}
const names = ({ pruned }: PlannedPrune): readonly string[] => pruned.map(({ describe }) => describe);
const messages = ({ findings }: PlannedPrune): readonly string[] =>
  findings.map(({ code, problem }) => `${code}: ${problem.message}`);

test('an object that left the manifests is pruned, with what it is and where', async () => {
  const planned = await plan([KEPT_LINE, OLD_LINE], OLD);
  assert.deepEqual(planned.pruned, [
    {
      resource: { apiVersion: 'v1', kind: 'ConfigMap', name: 'configmaps', namespaced: true },
      namespace: 'shop',
      name: 'old',
      path: `${CONFIG_MAPS}/old`,
      live: live('v1', 'ConfigMap', 'old'),
      describe: 'ConfigMap/old in shop',
    },
  ]);
  assert.deepEqual([planned.findings, planned.notes], [[], []]);
});

test('what is in the manifests costs no question, in whatever version it is', async () => {
  const beta = targetFor('{ apiVersion: apps/v1beta2, kind: Deployment, metadata: { name: server } }');
  const planned = await plan([KEPT_LINE], {}, [beta]);
  assert.deepEqual([names(planned), planned.requests], [[], []]);
});

test('the namesake in another namespace, or of another kind, is another object', async () => {
  const target = targetFor('{ apiVersion: v1, kind: ConfigMap, metadata: { name: old, namespace: other } }');
  const secret = targetFor('{ apiVersion: v1, kind: Secret, metadata: { name: old } }');
  assert.deepEqual(names(await plan([OLD_LINE, KEPT_LINE], OLD, [target, secret])), ['ConfigMap/old in shop']);
});

test('an object outside of all namespaces is pruned too', async () => {
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/shop%3Areader';
  const role = live('rbac.authorization.k8s.io/v1', 'ClusterRole', 'shop:reader', { namespace: undefined });
  const planned = await plan(['rbac.authorization.k8s.io/ClusterRole//shop:reader'], { [path]: role });
  assert.deepEqual(
    planned.pruned.map((object) => [object.namespace, object.path, object.describe]),
    [[undefined, path, 'ClusterRole/shop:reader']],
  );
});

for (const [says, metadata] of [
  ['is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }],
  ['is not there', undefined],
] as const) {
  test(`an object that ${says} is not spoken of`, async () => {
    const answers = metadata === undefined ? {} : { [`${CONFIG_MAPS}/old`]: live('v1', 'ConfigMap', 'old', metadata) };
    const planned = await plan([OLD_LINE], answers);
    assert.deepEqual([names(planned), planned.notes, planned.findings], [[], [], []]);
  });
}

for (const line of ['gone.example.com/Thing/shop/a', 'apps/Thing/shop/a']) {
  test(`an object whose kind the cluster serves no more is gone: ${line}`, async () => {
    const planned = await plan([line], {});
    assert.deepEqual([names(planned), planned.notes, planned.findings], [[], [], []]);
  });
}

const NOT_OURS = 'the field manager k8s-deploy owns nothing of it any more';

for (const [says, metadata, why] of [
  ['somebody took over', { managedFields: [{ ...OURS, manager: 'helm' }] }, NOT_OURS],
  ['only our kubectl annotate touched', { managedFields: [{ ...OURS, operation: 'Update' }] }, NOT_OURS],
  ['of which we own no field any more', { managedFields: [{ ...OURS, fieldsV1: {} }] }, NOT_OURS],
  ['without owners', { managedFields: undefined }, NOT_OURS],
  ['that says so', { annotations: { 'k8s-deploy/prune': 'false' } }, 'it is annotated k8s-deploy/prune: "false"'],
  [
    'that moved to another repository',
    { annotations: { 'k8s-deploy/repository': 'org/other' } },
    'it was deployed from org/other since',
  ],
] as const) {
  test(`an object ${says} stays, with a note`, async () => {
    const planned = await plan([OLD_LINE], { [`${CONFIG_MAPS}/old`]: live('v1', 'ConfigMap', 'old', metadata) });
    assert.deepEqual(names(planned), []);
    assert.deepEqual(planned.notes, [`ConfigMap/old in shop left the manifests and stays: ${why}`]);
  });
}

for (const annotations of [{ 'k8s-deploy/prune': 'true' }, { 'k8s-deploy/repository': 'org/shop' }]) {
  test(`an object annotated ${Object.entries(annotations).join()} is pruned`, async () => {
    const planned = await plan([OLD_LINE], { [`${CONFIG_MAPS}/old`]: live('v1', 'ConfigMap', 'old', { annotations }) });
    assert.deepEqual(names(planned), ['ConfigMap/old in shop']);
  });
}

for (const [line, note] of [
  ['/Namespace//shop', 'Namespace/shop left the manifests and stays: nothing of the kind Namespace is ever pruned'],
  [
    '/PersistentVolumeClaim/shop/data',
    'PersistentVolumeClaim/data in shop left the manifests and stays: nothing of the kind PersistentVolumeClaim is ever pruned',
  ],
  [
    '/PersistentVolume//data',
    'PersistentVolume/data left the manifests and stays: nothing of the kind PersistentVolume is ever pruned',
  ],
  [
    'apiextensions.k8s.io/CustomResourceDefinition//a.b',
    'CustomResourceDefinition/a.b left the manifests and stays: nothing of the kind CustomResourceDefinition is ever pruned',
  ],
  [
    'storage.k8s.io/StorageClass//fast',
    'StorageClass/fast left the manifests and stays: nothing of the kind StorageClass is ever pruned',
  ],
  [
    'apiregistration.k8s.io/APIService//v1.a',
    'APIService/v1.a left the manifests and stays: nothing of the kind APIService is ever pruned',
  ],
  [
    '/ConfigMap/shop/k8s-deploy-inventory-shop',
    'ConfigMap/k8s-deploy-inventory-shop in shop left the manifests and stays: inventories are never pruned',
  ],
] as const) {
  test(`never pruned, not even read: ${line}`, async () => {
    const planned = await plan([line], {});
    assert.deepEqual([names(planned), planned.notes, planned.requests], [[], [note], []]);
  });
}

const INGRESS = 'apis/extensions/v1beta1/namespaces/shop/ingresses/web';
const MOVED_INGRESS = 'apis/networking.k8s.io/v1/namespaces/shop/ingresses/web';
const WEB = targetFor('{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web } }');

for (const [says, answers, expected] of [
  [
    'one object under both groups stays',
    {
      [`/${INGRESS}`]: live('extensions/v1beta1', 'Ingress', 'web'),
      [`/${MOVED_INGRESS}`]: live('networking.k8s.io/v1', 'Ingress', 'web'),
    },
    [],
  ],
  [
    'two objects of the same kind and name in two groups are two',
    {
      [`/${INGRESS}`]: live('extensions/v1beta1', 'Ingress', 'web', { uid: 'another' }),
      [`/${MOVED_INGRESS}`]: live('networking.k8s.io/v1', 'Ingress', 'web'),
    },
    ['Ingress/web in shop'],
  ],
  [
    'the new one is not there yet, so the old one is another',
    { [`/${INGRESS}`]: live('extensions/v1beta1', 'Ingress', 'web') },
    ['Ingress/web in shop'],
  ],
  ['the old group shows it no more', { [`/${MOVED_INGRESS}`]: live('networking.k8s.io/v1', 'Ingress', 'web') }, []],
] as const) {
  test(`moved to another API group: ${says}`, async () => {
    const planned = await plan(['extensions/Ingress/shop/web'], answers, [WEB]);
    assert.deepEqual([names(planned), planned.notes], [expected, []]);
  });
}

test('deleted in the order of applying, from its end', async () => {
  const planned = await plan(
    ['/ConfigMap/shop/old', '/Service/shop/web', 'apps/Deployment/shop/web', 'extensions/Ingress/shop/web'],
    {
      ...OLD,
      '/api/v1/namespaces/shop/services/web': live('v1', 'Service', 'web'),
      '/apis/apps/v1/namespaces/shop/deployments/web': live('apps/v1', 'Deployment', 'web'),
      [`/${INGRESS}`]: live('extensions/v1beta1', 'Ingress', 'web'),
    },
  );
  assert.deepEqual(names(planned), [
    'Ingress/web in shop',
    'Deployment/web in shop',
    'Service/web in shop',
    'ConfigMap/old in shop',
  ]);
});

test('manifests without any object prune nothing: that is a mistake', async () => {
  const planned = await plan([KEPT_LINE, OLD_LINE], OLD, []);
  assert.deepEqual(messages(planned), [
    'prune-refused: Pruning by the inventory shop is refused: the manifests have no object, so all 2 would be deleted',
  ]);
  assert.deepEqual([names(planned), planned.requests], [[], []]);
});

test('no objects and an inventory of nothing is fine', async () => {
  assert.deepEqual(messages(await plan([], {}, [])), []);
});

for (const [pruned, total, expected] of [
  [20, 20, false],
  [21, 21, true],
  [21, 41, true],
  [21, 42, false],
  [200, 1000, false],
  [1, 1, false],
] as const) {
  test(`${pruned} of ${total} is ${expected ? 'too much to be meant' : 'fine'}`, () =>
    assert.equal(isSuspiciouslyMuch(pruned, total), expected));
}

test('pruning most of what there is needs a person', async () => {
  const many = Array.from({ length: 21 }, (_, index) => `c${index}`);
  const answers = Object.fromEntries(many.map((name) => [`${CONFIG_MAPS}/${name}`, live('v1', 'ConfigMap', name)]));
  const lines = many.map((name) => `/ConfigMap/shop/${name}`);
  const planned = await plan([KEPT_LINE, ...lines], answers);
  assert.deepEqual(messages(planned), [
    'prune-refused: Pruning by the inventory shop is refused: 21 of 22 objects would be deleted',
  ]);
  assert.match(planned.findings[0]?.problem.hint ?? '', /by hand.*inventory/);
  assert.deepEqual(names(planned), []);
  const leaving = await plan([KEPT_LINE, ...lines], { ...answers, [`${CONFIG_MAPS}/c0`]: undefined });
  assert.deepEqual([messages(leaving), leaving.pruned.length], [[], 20]);
});

test('an object that may not be read is told before anything changes, with the others', async () => {
  const forbidden = { kind: 'Status', code: 403, message: 'secrets "s" is forbidden' };
  const planned = await plan(['/Secret/shop/s', OLD_LINE], { ...OLD, '/api/v1/namespaces/shop/secrets/s': forbidden });
  assert.deepEqual(messages(planned), [
    'access-denied: The kubeconfig\'s user may not read Secret/s in shop, which left the manifests: secrets "s" is forbidden',
  ]);
  assert.deepEqual(names(planned), ['ConfigMap/old in shop']);
});

for (const [says, answers] of [
  ['an object', { [`${CONFIG_MAPS}/old`]: { kind: 'Status', code: 500, message: 'etcd' } }],
  ['the versions of a group', { '/apis/apps': { kind: 'Status', code: 503, message: 'no' } }],
] as const) {
  test(`a server that cannot tell ${says} ends the run`, async () => {
    const failure = await failureOfWork(async () => plan([OLD_LINE, 'apps/Deployment/shop/old'], answers));
    assert.equal(failure.code, 'cluster-unreachable');
  });
}

test('the version that the server prefers is used, another one when only that has the kind', async () => {
  const api = fakeApi({
    '/apis/autoscaling': group('autoscaling', 'v2', 'v1'),
    '/apis/autoscaling/v2': { resources: [resource('a', 'A')] },
    '/apis/autoscaling/v1': { resources: [resource('a', 'A'), resource('b', 'B')] },
  });
  const find = createGroupDiscovery(api, createDiscovery(api));
  const found = await Promise.all(['A', 'B', 'C', 'A'].map(async (kind) => find('autoscaling', kind)));
  assert.deepEqual(
    found.map((one) => one?.apiVersion),
    ['autoscaling/v2', 'autoscaling/v1', undefined, 'autoscaling/v2'],
  );
  assert.equal(api.requests.filter((request) => request === 'GET /apis/autoscaling').length, 1);
});

test('an object is deleted only when it is the one that was looked at', async () => {
  const { pruned } = await plan([OLD_LINE], OLD);
  const [object] = pruned;
  assert.ok(object !== undefined);
  const command = deleteCommand(
    { path: '/opt/kubectl', kubeconfigPath: '/tmp/private/kubeconfig', context: 'prod' },
    object satisfies PrunedObject,
  );
  assert.deepEqual(command.args, [
    '--context=prod',
    'delete',
    '--raw',
    `${CONFIG_MAPS}/old?propagationPolicy=Background&uid=uid-of-old`,
  ]);
  assert.equal(command.env?.['KUBECONFIG'], '/tmp/private/kubeconfig');
  assert.ok((command.timeoutSeconds ?? 0) > 0);
  assert.deepEqual(inventoryOf(OLD_LINE).entries.map(formatEntry), [OLD_LINE]);
});
