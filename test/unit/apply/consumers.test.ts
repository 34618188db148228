import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configNameOf, consumedBy } from '../../../src/apply/consumers.ts';
import { consumersInNamespace } from '../../../src/apply/consumers-in-namespace.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { formatWorkload } from '../../../src/values/workload.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';

const podSpec = (spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: { template: { spec } },
});

for (const [says, spec, consumed] of [
  [
    'env',
    {
      containers: [
        {
          env: [
            { name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'a' } } },
            { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'b' } } },
          ],
        },
      ],
    },
    ['ConfigMap/c', 'Secret/s'],
  ],
  [
    'envFrom',
    { containers: [{ envFrom: [{ configMapRef: { name: 'c' } }, { secretRef: { name: 's' } }] }] },
    ['ConfigMap/c', 'Secret/s'],
  ],
  ['an ephemeral container', { ephemeralContainers: [{ envFrom: [{ secretRef: { name: 's' } }] }] }, ['Secret/s']],
  ['an init container', { initContainers: [{ envFrom: [{ configMapRef: { name: 'c' } }] }] }, ['ConfigMap/c']],
  [
    'volumes',
    {
      containers: [{ volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      initContainers: [{ volumeMounts: [{ name: 'w', mountPath: '/w' }] }],
      volumes: [
        { name: 'v', configMap: { name: 'c' } },
        { name: 'w', secret: { secretName: 's' } },
      ],
    },
    ['ConfigMap/c', 'Secret/s'],
  ],
  [
    'a projected volume',
    {
      containers: [{ volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [
        {
          name: 'v',
          projected: {
            sources: [{ configMap: { name: 'c' } }, { secret: { name: 's' } }, { serviceAccountToken: {} }],
          },
        },
      ],
    },
    ['ConfigMap/c', 'Secret/s'],
  ],
  [
    'nothing but plain values',
    {
      containers: [
        {
          env: [
            { name: 'A', value: 'c' },
            { name: 'F', valueFrom: { fieldRef: { fieldPath: 'x' } } },
          ],
        },
      ],
      volumes: [{ emptyDir: {} }],
    },
    [],
  ],
  ['imagePullSecrets, which the pod does not read', { imagePullSecrets: [{ name: 's' }] }, []],
  [
    'the same twice',
    {
      containers: [
        { envFrom: [{ configMapRef: { name: 'c' } }], volumeMounts: [{ name: 'v', mountPath: '/v' }] },
        { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
      ],
      volumes: [{ name: 'v', configMap: { name: 'c' } }],
    },
    ['ConfigMap/c'],
  ],
  [
    'one file of a volume, by subPath',
    {
      containers: [{ volumeMounts: [{ name: 'v', mountPath: '/etc/app.conf', subPath: 'app.conf' }] }],
      volumes: [{ name: 'v', configMap: { name: 'c', items: [{ key: 'app.conf', path: 'app.conf' }] } }],
    },
    ['ConfigMap/c'],
  ],
  [
    'only what is mounted: a volume that no container mounts is not set up',
    {
      containers: [{ volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [
        { name: 'v', configMap: { name: 'c' } },
        { name: 'w', secret: { secretName: 's' } },
      ],
    },
    ['ConfigMap/c'],
  ],
  [
    'not what only a volume driver reads',
    {
      containers: [{ volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', csi: { driver: 'd', nodePublishSecretRef: { name: 's' } } }],
    },
    [],
  ],
] as const) {
  test(`consumed through ${says}`, () => assert.deepEqual([...consumedBy(podSpec(spec))], consumed));
}

for (const [says, kind, wrap] of [
  ['a CronJob', 'CronJob', (template: object) => ({ jobTemplate: { spec: { template } } })],
  ['a StatefulSet', 'StatefulSet', (template: object) => ({ template })],
] as const) {
  test(`the template of ${says} is found`, () => {
    const template = { spec: { containers: [{ envFrom: [{ configMapRef: { name: 'c' } }] }] } };
    const object = { apiVersion: 'x/v1', kind, metadata: { name: 'a' }, spec: wrap(template) };
    assert.deepEqual([...consumedBy(object)], ['ConfigMap/c']);
  });
}

for (const [apiVersion, kind, name] of [
  ['v1', 'ConfigMap', 'ConfigMap/a'],
  ['v1', 'Secret', 'Secret/a'],
  ['v1', 'Service', undefined],
  ['example.com/v1', 'Secret', undefined],
] as const) {
  test(`${kind} of ${apiVersion} ${name === undefined ? 'is not read by pods' : 'is read by pods'}`, () => {
    assert.equal(configNameOf({ apiVersion, kind, metadata: { name: 'a' } }), name);
  });
}

const APPS = '/apis/apps/v1/namespaces/shop';
const reads = (name: string, config: string, metadata: object = {}): object => ({
  metadata: { name, ...metadata },
  spec: { template: { spec: { containers: [{ envFrom: [{ configMapRef: { name: config } }] }] } } },
});
const listOf = (kind: string, items: readonly object[], next?: string): object => ({
  apiVersion: 'apps/v1',
  kind: `${kind}List`,
  metadata: { resourceVersion: '1', ...(next === undefined ? {} : { continue: next }) },
  items,
});
const NOTHING: ApiAnswers = {
  [`${APPS}/deployments`]: listOf('Deployment', []),
  [`${APPS}/statefulsets`]: listOf('StatefulSet', []),
  [`${APPS}/daemonsets`]: listOf('DaemonSet', []),
};
const CHANGED = [{ namespace: 'shop', name: 'ConfigMap/agent' }] as const;
const NAMES = (found: Awaited<ReturnType<typeof consumersInNamespace>>): readonly string[] =>
  found.candidates.map(({ workload, object }) => `${workload.namespace} ${object.kind} ${formatWorkload(workload)}`);

test('auto-namespace: consumers of all three kinds that the manifests do not have, page by page', async () => {
  const api = fakeApi({
    [`${APPS}/deployments?limit=500`]: listOf('Deployment', [reads('a', 'agent'), reads('known', 'agent')], 'more'),
    [`${APPS}/deployments?limit=500&continue=more`]: listOf('Deployment', [reads('b', 'agent'), reads('c', 'other')]),
    [`${APPS}/statefulsets`]: listOf('StatefulSet', [reads('s', 'agent')]),
    [`${APPS}/daemonsets`]: listOf('DaemonSet', [reads('d', 'agent')]),
  });
  const found = await consumersInNamespace(CHANGED, [{ kind: 'Deployment', namespace: 'shop', name: 'known' }], api);
  assert.deepEqual(NAMES(found), [
    'shop Deployment deployment/a',
    'shop Deployment deployment/b',
    'shop StatefulSet statefulset/s',
    'shop DaemonSet daemonset/d',
  ]);
  assert.ok(found.candidates.every(({ getsNewRevision }) => !getsNewRevision));
});

test('auto-namespace: the namesake of what the manifests have, in another namespace or of another kind, is found', async () => {
  const api = fakeApi({ ...NOTHING, [`${APPS}/deployments`]: listOf('Deployment', [reads('a', 'agent')]) });
  const known = [
    { kind: 'Deployment', namespace: 'other', name: 'a' },
    { kind: 'StatefulSet', namespace: 'shop', name: 'a' },
  ] as const;
  assert.deepEqual(NAMES(await consumersInNamespace(CHANGED, known, api)), ['shop Deployment deployment/a']);
});

test('auto-namespace: what changed in one namespace concerns nobody in another', async () => {
  const other = '/apis/apps/v1/namespaces/other';
  const api = fakeApi({
    ...NOTHING,
    [`${APPS}/deployments`]: listOf('Deployment', [reads('a', 'agent'), reads('b', 'db')]),
    [`${other}/deployments`]: listOf('Deployment', [reads('a', 'agent'), reads('b', 'db')]),
    [`${other}/statefulsets`]: listOf('StatefulSet', []),
    [`${other}/daemonsets`]: listOf('DaemonSet', []),
  });
  const changed = [...CHANGED, { namespace: 'other', name: 'ConfigMap/db' }] as const;
  assert.deepEqual(NAMES(await consumersInNamespace(changed, [], api)), [
    'shop Deployment deployment/a',
    'other Deployment deployment/b',
  ]);
});

test('auto-namespace: what is being deleted is not restarted', async () => {
  const leaving = reads('a', 'agent', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  const api = fakeApi({ ...NOTHING, [`${APPS}/deployments`]: listOf('Deployment', [leaving]) });
  assert.deepEqual(NAMES(await consumersInNamespace(CHANGED, [], api)), []);
});

test('auto-namespace: nothing is listed when nothing changed', async () => {
  const api = fakeApi({});
  assert.deepEqual(await consumersInNamespace([], [], api), { candidates: [], findings: [] });
  assert.deepEqual(api.requests, []);
});

test('auto-namespace: two changes in one namespace cost three lists', async () => {
  const api = fakeApi(NOTHING);
  await consumersInNamespace([...CHANGED, { namespace: 'shop', name: 'Secret/db' }], [], api);
  assert.equal(api.requests.length, 3);
});

test('auto-namespace: a list that the user may not have is told before anything changes', async () => {
  const refusal = { kind: 'Status', code: 403, message: 'daemonsets.apps is forbidden' };
  const api = fakeApi({
    ...NOTHING,
    [`${APPS}/daemonsets`]: refusal,
    [`${APPS}/deployments`]: listOf('Deployment', [reads('a', 'agent')]),
  });
  const found = await consumersInNamespace(CHANGED, [], api);
  assert.deepEqual(
    found.findings.map(({ code, problem }) => `${code}: ${problem.message}`),
    [
      "access-denied: restart: auto-namespace: the kubeconfig's user may not list the DaemonSets of the namespace shop: HTTP 403: daemonsets.apps is forbidden",
    ],
  );
  assert.deepEqual(NAMES(found), ['shop Deployment deployment/a']);
});

for (const [says, status, code] of [
  ['a server that fails', { kind: 'Status', code: 500, message: 'etcd' }, 'cluster-unreachable'],
  ['credentials that are not accepted', { kind: 'Status', code: 401, message: 'no' }, 'credentials-rejected'],
  ['a list that always changes', { kind: 'Status', code: 410, message: 'expired' }, 'cluster-unreachable'],
] as const) {
  test(`auto-namespace: ${says} is ${code}`, async () => {
    const api = fakeApi({ ...NOTHING, [`${APPS}/deployments`]: status });
    assert.equal((await failureOfWork(async () => consumersInNamespace(CHANGED, [], api))).code, code);
  });
}

test('auto-namespace: a page that the server forgot begins the list anew', async () => {
  const first = listOf('Deployment', [reads('a', 'agent')], 'more');
  const pages: unknown[] = [
    first,
    { kind: 'Status', code: 410, message: 'expired' },
    listOf('Deployment', [reads('b', 'agent')]),
  ];
  const rest = fakeApi(NOTHING);
  const api = {
    ...rest,
    request: async (request: Parameters<typeof rest.request>[0]) =>
      request.path.includes('/deployments')
        ? fakeApi({ [request.path]: pages.shift() ?? {} }).request(request)
        : rest.request(request),
  };
  assert.deepEqual(NAMES(await consumersInNamespace(CHANGED, [], api)), ['shop Deployment deployment/b']);
});
