import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteCommand, restartCommand, setImageCommand, takeoverCommand } from '../../../src/apply/commands.ts';
import { applyCommand } from '../../../src/kube/server-side-apply.ts';
import { inApplyOrder } from '../../../src/apply/order.ts';
import { inParallel } from '../../../src/kube/parallel.ts';
import { findTargets } from '../../../src/apply/targets.ts';
import { createDiscovery } from '../../../src/kube/discovery.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { manifestOf, manifestsOf, targetOf } from '../../support/manifests.ts';

const KUBECTL = { path: '/opt/kubectl', kubeconfigPath: '/tmp/private/kubeconfig', context: 'prod' };
const WORKLOAD = { kind: 'Deployment', namespace: 'shop', name: 'server' } as const;
const thing = (kind: string, name: string) => ({ apiVersion: 'v1', kind, metadata: { name } });

test('namespaces and configuration are applied before workloads, what is unknown last', () => {
  const objects = [
    'Thing',
    'Deployment',
    'Service',
    'Secret',
    'ConfigMap',
    'Role',
    'CustomResourceDefinition',
    'Namespace',
  ];
  assert.deepEqual(
    inApplyOrder(
      objects.map((kind) => thing(kind, 'a')),
      (object) => object,
    ).map(({ kind }) => kind),
    ['Namespace', 'CustomResourceDefinition', 'Role', 'Secret', 'ConfigMap', 'Service', 'Deployment', 'Thing'],
  );
});

test('within a stage the order of the manifests stays', () => {
  const objects = [
    thing('Deployment', 'b'),
    thing('ConfigMap', 'x'),
    thing('StatefulSet', 'a'),
    thing('Deployment', 'a'),
  ];
  assert.deepEqual(
    inApplyOrder(objects, (object) => object).map(({ metadata }) => metadata.name),
    ['x', 'b', 'a', 'a'],
  );
});

for (const [says, command, args] of [
  [
    'apply',
    applyCommand(KUBECTL, [thing('Secret', 's')], false),
    ['apply', '--server-side', '--field-manager=k8s-deploy', '--validate=false', '-f', '-'],
  ],
  [
    'apply with force-conflicts',
    applyCommand(KUBECTL, [thing('Secret', 's')], true),
    ['apply', '--server-side', '--field-manager=k8s-deploy', '--force-conflicts', '--validate=false', '-f', '-'],
  ],
  [
    'delete',
    deleteCommand(KUBECTL, targetOf(await manifestOf('apiVersion: batch/v1\nkind: Job\nmetadata: { name: a }\n'))),
    [
      '--namespace=shop',
      'delete',
      'jobs.batch/a',
      '--cascade=foreground',
      '--wait',
      '--timeout=120s',
      '--ignore-not-found',
    ],
  ],
  [
    'hand over',
    takeoverCommand(KUBECTL, 'deployments.apps/server', 'shop', '/tmp/p.json'),
    [
      '--namespace=shop',
      'patch',
      'deployments.apps/server',
      '--type=json',
      '--field-manager=k8s-deploy',
      '--patch-file=/tmp/p.json',
    ],
  ],
  [
    'set image',
    setImageCommand(KUBECTL, {
      workload: WORKLOAD,
      object: thing('Deployment', 'server'),
      images: [
        { container: 'a', before: '', after: 'x:1' },
        { container: 'b', before: '', after: 'y:1' },
      ],
    }),
    ['--namespace=shop', 'set', 'image', 'deployment/server', 'a=x:1', 'b=y:1'],
  ],
  [
    'restart',
    restartCommand(KUBECTL, 'shop', [WORKLOAD, { ...WORKLOAD, kind: 'DaemonSet', name: 'agent' }]),
    ['--namespace=shop', 'rollout', 'restart', 'deployment/server', 'daemonset/agent'],
  ],
] as const) {
  test(`${says}: always one context and one private kubeconfig, never localhost:8080`, () => {
    assert.deepEqual(command.args, ['--context=prod', ...args]);
    assert.deepEqual([command.tool, command.env?.['KUBECONFIG']], ['/opt/kubectl', '/tmp/private/kubeconfig']);
    assert.ok((command.timeoutSeconds ?? 0) > 0);
  });
}

test('manifests go through stdin, never through argv', () => {
  const secret = { ...thing('Secret', 's'), stringData: { password: 's3cret' } };
  const command = applyCommand(KUBECTL, [secret, thing('Service', 'a')], false);
  assert.equal(command.stdin, `${JSON.stringify(secret)}\n${JSON.stringify(thing('Service', 'a'))}\n`);
  assert.doesNotMatch(command.args.join(' '), /s3cret/);
});

const API = fakeApi({
  '/apis/apps/v1': {
    resources: [
      { name: 'deployments', kind: 'Deployment', namespaced: true },
      { name: 'deployments/scale', kind: 'Scale', namespaced: true },
    ],
  },
  '/api/v1': { resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] },
});

test('each object finds its place: the default namespace, its own, or none', async () => {
  const manifests = await manifestsOf(
    [
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\n',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: b, namespace: other }\n',
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
    ].join('---\n'),
  );
  const { targets, findings } = await findTargets(manifests, 'shop', createDiscovery(API));
  assert.deepEqual(findings, []);
  assert.deepEqual(
    targets.map(({ path, object }) => [path, object.metadata.namespace]),
    [
      ['/apis/apps/v1/namespaces/shop/deployments/a', 'shop'],
      ['/apis/apps/v1/namespaces/other/deployments/b', 'other'],
      ['/api/v1/namespaces/shop', undefined],
    ],
  );
});

for (const [apiVersion, kind] of [
  ['apps/v1', 'Deploymnt'],
  ['apps/v2', 'Deployment'],
  ['apps/v1', 'Scale'],
] as const) {
  test(`a kind that the cluster does not know is a problem with file and line: ${apiVersion} ${kind}`, async () => {
    const manifests = await manifestsOf(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`);
    const { targets, findings } = await findTargets(manifests, 'shop', createDiscovery(API));
    assert.deepEqual(
      [targets.length, findings.map(({ problem }) => [problem.message, problem.file, problem.line])],
      [0, [[`the cluster knows no kind ${kind} in ${apiVersion}`, 'k8s/app.yaml', 2]]],
    );
  });
}

const CRD = (group: string, scope: string, served: boolean): string =>
  [
    'apiVersion: apiextensions.k8s.io/v1',
    'kind: CustomResourceDefinition',
    `metadata: { name: things.${group} }`,
    `spec: { group: ${group}, scope: ${scope}, names: { kind: Thing, plural: things }, versions: [{ name: v1, served: ${served} }] }`,
    '---',
    `apiVersion: ${group}/v1`,
    'kind: Thing',
    'metadata: { name: a }',
    '',
  ].join('\n');
const DEFINING = fakeApi({
  '/apis/apiextensions.k8s.io/v1': {
    resources: [{ name: 'customresourcedefinitions', kind: 'CustomResourceDefinition', namespaced: false }],
  },
});
for (const [says, yaml, expected] of [
  ['in namespaces', CRD('x.io', 'Namespaced', true), '/apis/x.io/v1/namespaces/shop/things/a'],
  ['outside of them', CRD('x.io', 'Cluster', true), '/apis/x.io/v1/things/a'],
  ['in a version that is not served', CRD('x.io', 'Cluster', false), 'manifest-rejected'],
] as const) {
  test(`a kind ${says} that a definition of the same set brings`, async () => {
    const { targets, findings } = await findTargets(await manifestsOf(yaml), 'shop', createDiscovery(DEFINING));
    assert.equal(targets[1]?.path ?? findings[0]?.code, expected);
  });
}

test('the server is asked once for each apiVersion', async () => {
  const api = fakeApi({ '/api/v1': { resources: [] } });
  const discover = createDiscovery(api);
  await Promise.all([discover('v1', 'A'), discover('v1', 'B'), discover('v1', 'A')]);
  assert.deepEqual(api.requests, ['GET /api/v1']);
});

test('at most so many at a time as allowed, and results in the order of the items', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 1, 3, 2, 4], 2, async (ticks) => {
    running += 1;
    most = Math.max(most, running);
    for (let tick = 0; tick < ticks; tick += 1) {
      await Promise.resolve();
    }
    running -= 1;
    return ticks * 10;
  });
  assert.deepEqual([results, most], [[50, 10, 30, 20, 40], 2]);
  assert.deepEqual(await inParallel([], 2, async (item) => item), []);
});
