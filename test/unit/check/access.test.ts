import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { AccessWishes } from '../../../src/check/access-wishes.ts';
import { needsOf } from '../../../src/check/access.ts';
import { minimalRole } from '../../../src/check/minimal-role.ts';
import { describeResource, withoutRepeatedNeeds, type Need } from '../../../src/check/need.ts';
import { textAt } from '../../../src/values/json.ts';
import { setOf } from './set.ts';
import { NO_WISHES } from './wishes.ts';

const named = (apiVersion: string, kind: string, name: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n`;
const SERVER = named('apps/v1', 'Deployment', 'server');
const DB = named('apps/v1', 'StatefulSet', 'db');
const SETTINGS = named('v1', 'ConfigMap', 'settings');
const MIGRATE = named('batch/v1', 'Job', 'migrate');

/** "needed get create patch deployments.apps in shop", sorted. */
const linesOf = (needs: readonly Need[]): readonly string[] =>
  [...Map.groupBy(needs, (need) => `${need.use} ${describeResource(need)}`)]
    .map(([key, group]) => {
      const [use, ...place] = key.split(' ');
      return `${use}: ${[...new Set(group.map(({ verb }) => verb))].toSorted().join(' ')} ${place.join(' ')}`;
    })
    .toSorted();

const PODS = [
  'helpful: get list watch pods in shop',
  'helpful: get pods/log in shop',
  'helpful: list watch events in shop',
];
const DEPLOYMENTS = [
  ...PODS,
  'helpful: list horizontalpodautoscalers.autoscaling in shop',
  'helpful: list replicasets.apps in shop',
  'helpful: list watch deployments.apps in shop',
];

const service = { kind: 'service', text: '', service: 'server', port: '8080', path: '/', expected: undefined } as const;
const expected = { statuses: [200, 299], contains: undefined } as const;

for (const [says, yaml, wishes, lines] of [
  ['a ConfigMap is read and applied', [SETTINGS], {}, ['needed: create get patch configmaps in shop']],
  ['a Deployment is followed too', [SERVER], {}, [...DEPLOYMENTS, 'needed: create get patch deployments.apps in shop']],
  [
    'a StatefulSet has no ReplicaSets',
    [DB],
    {},
    [
      ...PODS,
      'helpful: list horizontalpodautoscalers.autoscaling in shop',
      'helpful: list watch statefulsets.apps in shop',
      'needed: create get patch statefulsets.apps in shop',
    ],
  ],
  [
    'a DaemonSet has no autoscaler',
    [named('apps/v1', 'DaemonSet', 'agent')],
    {},
    [...PODS, 'helpful: list watch daemonsets.apps in shop', 'needed: create get patch daemonsets.apps in shop'],
  ],
  [
    'a Job',
    [MIGRATE],
    {},
    [...PODS, 'helpful: list watch jobs.batch in shop', 'needed: create get patch jobs.batch in shop'],
  ],
  [
    'a Job that nobody waits for',
    [MIGRATE.replace(' }', ', annotations: { k8s-deploy/wait: "false" } }')],
    {},
    ['needed: create get patch jobs.batch in shop'],
  ],
  [
    'a custom resource is asked for by its name',
    [named('example.com/v1', 'Widget', 'w')],
    {},
    ['needed: create get patch widgets.example.com in shop'],
  ],
  ['what is in no namespace', [named('v1', 'Namespace', 'shop')], {}, ['needed: create get patch namespaces']],
  [
    'create-namespace',
    [SETTINGS],
    { createNamespace: true },
    ['needed: create get namespaces', 'needed: create get patch configmaps in shop'],
  ],
  [
    'set-image',
    [],
    { setImage: [{ kind: 'Deployment', name: 'worker' }] },
    [...DEPLOYMENTS, 'needed: get patch deployments.apps in shop'],
  ],
  [
    'a list of restarts',
    [],
    { restart: { kind: 'only', workloads: [{ kind: 'Deployment', name: 'worker' }] } },
    [...DEPLOYMENTS, 'needed: get patch deployments.apps in shop'],
  ],
  [
    'auto-namespace, where there is configuration',
    [SETTINGS],
    { restart: { kind: 'auto-namespace' } },
    [
      ...PODS,
      'helpful: list horizontalpodautoscalers.autoscaling in shop',
      'helpful: list replicasets.apps in shop',
      'helpful: watch daemonsets.apps in shop',
      'helpful: watch deployments.apps in shop',
      'helpful: watch statefulsets.apps in shop',
      'needed: create get patch configmaps in shop',
      'needed: get list patch daemonsets.apps in shop',
      'needed: get list patch deployments.apps in shop',
      'needed: get list patch statefulsets.apps in shop',
    ],
  ],
  ['auto-namespace without configuration', [], { restart: { kind: 'auto-namespace' } }, []],
  [
    'prune: the inventory, and what may have left; never volumes',
    [named('v1', 'Service', 'server'), named('v1', 'PersistentVolumeClaim', 'data')],
    {
      prune: {
        configMap: 'k8s-deploy-inventory-app',
        doomed: [{ group: 'batch', resource: 'cronjobs', namespace: 'shop', name: 'old' }],
      },
    },
    [
      'needed: create get patch configmaps in shop',
      'needed: create get patch delete services in shop',
      'needed: create get patch persistentvolumeclaims in shop',
      'needed: delete get cronjobs.batch in shop',
    ].map((line) => line.replace('create get patch delete', 'create delete get patch')),
  ],
  [
    'job-policy: replace',
    [MIGRATE],
    { jobPolicy: 'replace' },
    [...PODS, 'helpful: list watch jobs.batch in shop', 'needed: create delete get patch jobs.batch in shop'],
  ],
  [
    'a rollback deletes what it finds new, and the pods of a StatefulSet, which it looks for',
    [DB],
    { onFailure: 'rollback' },
    [
      'helpful: get watch pods in shop',
      'helpful: get pods/log in shop',
      'helpful: list watch events in shop',
      'helpful: list horizontalpodautoscalers.autoscaling in shop',
      'helpful: list watch statefulsets.apps in shop',
      'needed: create delete get patch statefulsets.apps in shop',
      'needed: delete list pods in shop',
    ],
  ],
  [
    'a rollback when the run is cancelled',
    [SETTINGS],
    { onCancel: 'rollback' },
    ['needed: create delete get patch configmaps in shop'],
  ],
  [
    'a rollback creates anew what prune deleted',
    [],
    {
      onFailure: 'rollback',
      prune: { configMap: 'i', doomed: [{ group: '', resource: 'services', namespace: 'shop', name: 'old' }] },
    },
    [
      'helpful: patch services in shop',
      'needed: create delete get services in shop',
      'needed: create get patch configmaps in shop',
    ],
  ],
  [
    'smoke tests of a Service only',
    [],
    {
      smokeTests: [
        { ...service, expected },
        { kind: 'url', text: '', url: 'https://example.com', expected },
      ],
    },
    ['needed: get services/proxy in shop'],
  ],
] as readonly (readonly [string, readonly string[], Partial<AccessWishes>, readonly string[]])[]) {
  const creates = (jobPolicy: 'fail' | 'replace'): readonly (string | undefined)[] =>
    needsOf(setOf(MIGRATE), { ...NO_WISHES, jobPolicy })
      .filter(({ verb, resource }) => verb === 'create' && resource === 'jobs')
      .map(({ unlessThere }) => unlessThere);

  test('a Job that is deleted to be replaced must be made anew, though it is there now', () => {
    assert.deepEqual(creates('replace'), [undefined]);
    assert.deepEqual(
      creates('fail').map((path) => path !== undefined),
      [true],
    );
  });

  test(`rights: ${says}`, () => {
    assert.deepEqual(linesOf(needsOf(setOf(yaml.join('---\n')), { ...NO_WISHES, ...wishes })), lines.toSorted());
  });
}

test('rights: a pre-deploy Job is applied and followed like others, and replaced where that is allowed', () => {
  const lines = linesOf(needsOf([], { ...NO_WISHES, preDeploy: setOf(MIGRATE) }));

  assert.deepEqual(
    lines,
    [
      ...PODS,
      'helpful: delete list watch jobs.batch in shop',
      'needed: create get patch jobs.batch in shop',
    ].toSorted(),
  );
});

test('rights: what pods name is looked for, when that is wished, but not what is always there', () => {
  const pod = `${named('v1', 'Pod', 'p')}spec:\n  serviceAccountName: default\n  priorityClassName: high\n  containers: [{ name: a, envFrom: [{ secretRef: { name: db } }] }]\n`;
  const helpful = (references: boolean): readonly string[] =>
    needsOf(setOf(pod), { ...NO_WISHES, references })
      .filter(({ name, use }) => use === 'helpful' && name !== undefined)
      .map((need) => `${need.verb} ${describeResource(need)} ${need.name}`);

  assert.deepEqual(helpful(true), ['get secrets in shop db', 'get priorityclasses.scheduling.k8s.io high']);
  assert.deepEqual(helpful(false), []);
});

test('rights: a Service that is asked by TLS has the name of its proxy', () => {
  const needs = needsOf([], { ...NO_WISHES, smokeTests: [{ ...service, port: '443', expected }] });

  assert.deepEqual(
    needs.map(({ name }) => name),
    ['https:server:443'],
  );
});

test('rights: each once, for each object by its name', () => {
  const needs = needsOf(setOf([SERVER, SERVER.replace('server', 'worker'), SERVER].join('---\n')), NO_WISHES);
  const texts = needs.map((need) => `${need.verb} ${describeResource(need)} ${need.name}`);

  assert.equal(new Set(texts).size, texts.length);
  assert.deepEqual(
    needs.filter(({ verb, resource }) => verb === 'patch' && resource === 'deployments').map(({ name }) => name),
    ['server', 'worker'],
  );
});

const POD_NEED: Need = {
  group: '',
  resource: 'pods',
  namespace: 'shop',
  verb: 'get',
  because: '',
  use: 'needed',
};

test('rights: what is helpful for one thing and needed for another is needed', () => {
  const helpful = { ...POD_NEED, use: 'helpful' } as const;
  assert.deepEqual(withoutRepeatedNeeds([helpful, POD_NEED, helpful]), [POD_NEED]);
});

const FULL = needsOf(setOf([SERVER, SETTINGS, named('v1', 'Namespace', 'shop')].join('---\n')), {
  ...NO_WISHES,
  smokeTests: [{ ...service, expected }],
});

describe('the minimal Role', () => {
  test('is sorted, names every right once, and is a ClusterRole for what is in no namespace', () => {
    assert.equal(
      minimalRole(FULL, 'deployer'),
      `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: deployer
rules:
  - apiGroups: ['']
    resources: [namespaces]
    verbs: [get, create, patch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: deployer
  namespace: shop
rules:
  - apiGroups: ['']
    resources: [configmaps]
    verbs: [get, create, patch]
  - apiGroups: ['']
    resources: [events]
    verbs: [list, watch]
  - apiGroups: ['']
    resources: [pods]
    verbs: [get, list, watch]
  - apiGroups: ['']
    resources: [pods/log, services/proxy]
    verbs: [get]
  - apiGroups: [apps]
    resources: [deployments]
    verbs: [get, list, watch, create, patch]
  - apiGroups: [apps]
    resources: [replicasets]
    verbs: [list]
  - apiGroups: [autoscaling]
    resources: [horizontalpodautoscalers]
    verbs: [list]
`,
    );
  });

  test('does not depend on the order of the needs', () => {
    assert.equal(minimalRole(FULL.toReversed(), 'deployer'), minimalRole(FULL, 'deployer'));
  });

  for (const name of ['123', 'null', 'on', "o'clock"]) {
    test(`is YAML whatever the namespace is called: ${name}`, () => {
      const [document] = parseAllDocuments(minimalRole([{ ...POD_NEED, namespace: name }], 'x'));
      assert.equal(textAt(document?.toJS(), 'metadata', 'namespace'), name);
    });
  }
});
