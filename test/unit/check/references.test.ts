import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NamespaceState } from '../../../src/check/namespaces.ts';
import { findMissingReferences } from '../../../src/check/references.ts';
import { formatProblem } from '../../../src/errors.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { STATUSES } from '../../support/statuses.ts';
import { allOf, setOf } from './set.ts';

/** A Deployment whose pod spec begins in line 6. */
const server = (spec: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: server }\nspec:\n  template:\n    spec: ${spec}\n`;

async function told(
  yaml: string,
  answers: ApiAnswers = {},
  state: NamespaceState = 'active',
  changed?: ReadonlySet<string>,
) {
  const api = fakeApi(answers);
  const targets = setOf(yaml);
  const { findings, notes } = await findMissingReferences(
    targets,
    changed ?? allOf(targets),
    new Map([['shop', state]]),
    api,
  );
  return { errors: findings.map(({ problem }) => formatProblem(problem)), notes, requests: api.requests, findings };
}

const at = '/api/v1/namespaces/shop';
const missing = (name: string): string =>
  `k8s/app.yaml:6: Deployment/server: ${name} is neither in the manifests nor in the namespace shop`;

const container = (fields: string): string => `{ containers: [{ name: a, ${fields} }] }`;
const volume = (fields: string): string => `{ containers: [], volumes: [{ name: v, ${fields} }] }`;
const keyRef = (kind: 'secret' | 'configMap', more = ''): string =>
  container(`env: [{ name: A, valueFrom: { ${kind}KeyRef: { name: c, key: k${more} } } }]`);

for (const [says, spec, expected] of [
  ['env of a Secret', keyRef('secret'), [missing('Secret/c')]],
  ['env of a ConfigMap', keyRef('configMap'), [missing('ConfigMap/c')]],
  ['env that is optional', keyRef('secret', ', optional: true'), []],
  ['env that says that it is not optional', keyRef('secret', ', optional: false'), [missing('Secret/c')]],
  ['envFrom of a Secret', container('envFrom: [{ secretRef: { name: c } }]'), [missing('Secret/c')]],
  ['envFrom of a ConfigMap', container('envFrom: [{ configMapRef: { name: c } }]'), [missing('ConfigMap/c')]],
  ['envFrom that is optional', container('envFrom: [{ secretRef: { name: c, optional: true } }]'), []],
  [
    'an init container',
    '{ initContainers: [{ name: a, envFrom: [{ secretRef: { name: c } }] }], containers: [] }',
    [missing('Secret/c')],
  ],
  ['a volume of a Secret', volume('secret: { secretName: c }'), [missing('Secret/c')]],
  ['a volume of a ConfigMap', volume('configMap: { name: c }'), [missing('ConfigMap/c')]],
  ['a volume that is optional', volume('secret: { secretName: c, optional: true }'), []],
  [
    'a projected volume',
    volume(
      'projected: { sources: [{ secret: { name: c } }, { configMap: { name: d } }, { serviceAccountToken: {} }] }',
    ),
    [missing('Secret/c'), missing('ConfigMap/d')],
  ],
  ['a volume claim', volume('persistentVolumeClaim: { claimName: c }'), [missing('PersistentVolumeClaim/c')]],
  ['a ServiceAccount', '{ serviceAccountName: c }', [missing('ServiceAccount/c')]],
  ['a ServiceAccount by its old field', '{ serviceAccount: c }', [missing('ServiceAccount/c')]],
  ['the ServiceAccount that is always there', '{ serviceAccountName: default }', []],
  ['the ConfigMap that is always there', volume('configMap: { name: kube-root-ca.crt }'), []],
  [
    'a PriorityClass',
    '{ priorityClassName: c }',
    ['k8s/app.yaml:6: Deployment/server: PriorityClass/c is neither in the manifests nor in the cluster'],
  ],
  ['a PriorityClass that is always there', '{ priorityClassName: system-node-critical }', []],
  ['nothing by name', container('env: [{ name: A, value: b }]'), []],
] as const) {
  test(`references: ${says}`, async () => {
    const { errors, notes } = await told(server(spec));
    assert.deepEqual([errors, notes], [expected, []]);
  });
}

const stored = (...keys: readonly string[]): object => ({
  metadata: { managedFields: [managed('somebody', keys)] },
});
const managed = (manager: string, keys: readonly string[]): object => ({
  manager,
  fieldsV1: { 'f:data': Object.fromEntries([['.', {}], ...keys.map((key) => [`f:${key}`, {}])]) },
});
const noKey = 'k8s/app.yaml:6: Deployment/server: Secret/c in shop has no key "k"';
const secret = (fields: string): string => `apiVersion: v1\nkind: Secret\nmetadata: { name: c }\n${fields}\n`;

for (const [says, own, live, expected] of [
  ['the cluster has it', undefined, stored('k'), []],
  ['the cluster has other keys', undefined, stored('other'), [noKey]],
  ['the cluster has no record of keys', undefined, { metadata: { managedFields: [{}] } }, []],
  ['the set has it in data', secret('data: { k: "" }'), undefined, []],
  ['the set has it in stringData', secret('stringData: { k: "" }'), undefined, []],
  ['the set has it in binaryData', secret('binaryData: { k: "" }'), undefined, []],
  ['the set has other keys', secret('data: { other: "" }'), undefined, [noKey]],
  [
    'the set has other keys, and the one in the cluster goes with the apply',
    secret('data: { other: "" }'),
    stored(),
    [noKey],
  ],
  ['the set has other keys, and somebody else owns this one', secret('data: { other: "" }'), stored('k'), []],
  [
    'the set has other keys, and only an earlier deploy had this one',
    secret('data: { other: "" }'),
    { metadata: { managedFields: [managed('k8s-deploy', ['k', 'other'])] } },
    [noKey],
  ],
  [
    'a token has no other keys than its own',
    `${secret('type: kubernetes.io/service-account-token').trimEnd()}\n`,
    undefined,
    [noKey],
  ],
] as const) {
  test(`a key: ${says}`, async () => {
    const yaml = [server(keyRef('secret')), ...(own === undefined ? [] : [own])].join('---\n');
    const { errors } = await told(yaml, live === undefined ? {} : { [`${at}/secrets/c`]: live });
    assert.deepEqual(errors, expected);
  });
}

test('a key: the token of a ServiceAccount is put into its Secret', async () => {
  const use = server(container('env: [{ name: A, valueFrom: { secretKeyRef: { name: c, key: token } } }]'));
  const own = secret('type: kubernetes.io/service-account-token');
  assert.deepEqual((await told(`${use}---\n${own}`)).errors, []);
});

test('a key: items of a volume are keys', async () => {
  const spec = volume('configMap: { name: c, items: [{ key: there, path: a }, { key: gone, path: b }] }');
  const { errors } = await told(server(spec), { [`${at}/configmaps/c`]: stored('there') });
  assert.deepEqual(errors, ['k8s/app.yaml:6: Deployment/server: ConfigMap/c in shop has no key "gone"']);
});

test('a key: one of a volume is told at its own line', async () => {
  const spec = `
      volumes:
        - name: v
          secret:
            secretName: c
            items:
              - path: a
                key: gone`;
  const { errors } = await told(server(spec), { [`${at}/secrets/c`]: stored('there') });
  assert.deepEqual(errors, ['k8s/app.yaml:13: Deployment/server: Secret/c in shop has no key "gone"']);
});

test('a finding is at the line of its field', async () => {
  const yaml = `apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - name: a
              env:
                - name: PASSWORD
                  valueFrom:
                    secretKeyRef:
                      name: db
                      key: password
`;
  const { errors, findings } = await told(yaml);
  assert.deepEqual(errors, [
    'k8s/app.yaml:15: CronJob/nightly: Secret/db is neither in the manifests nor in the namespace shop',
  ]);
  assert.equal(findings[0]?.code, 'reference-missing');
  assert.deepEqual((await told(yaml, { [`${at}/secrets/db`]: stored('user') })).errors, [
    'k8s/app.yaml:16: CronJob/nightly: Secret/db in shop has no key "password"',
  ]);
});

test('what is missing is told once for each object, and asked for once', async () => {
  const twice = '{ containers: [{ name: a, envFrom: [{ secretRef: { name: c } }, { secretRef: { name: c } }] }] }';
  const { errors, requests } = await told(
    `${server(twice)}---\n${server(twice).replace('name: server', 'name: other')}`,
  );
  assert.equal(errors.length, 2);
  assert.equal(requests.filter((request) => request.endsWith('/secrets/c')).length, 1);
});

const claim = (name: string): string => server(volume(`persistentVolumeClaim: { claimName: ${name} }`));

describe('what somebody makes', () => {
  const external = `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: x }\nspec: { target: { name: c } }\n`;

  test('an ExternalSecret of the set makes its Secret, with all keys', async () => {
    const { errors, requests } = await told(`${server(keyRef('secret'))}---\n${external}`);
    assert.deepEqual([errors, requests], [[], []]);
  });
  test('one of another namespace does not', async () => {
    const other = external.replace('name: x', 'name: x, namespace: other');
    assert.deepEqual((await told(`${server(keyRef('secret'))}---\n${other}`)).errors, [missing('Secret/c')]);
  });
  test('an object that makes nothing, but is of the same group, does not', async () => {
    const store = 'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: { name: c }\n';
    assert.deepEqual((await told(`${server(keyRef('secret'))}---\n${store}`)).errors, [missing('Secret/c')]);
  });
  test('an ExternalSecret of the cluster makes its Secret', async () => {
    const list = { items: [{ metadata: { name: 'x' }, spec: { target: { name: 'c' } } }] };
    const path = '/apis/external-secrets.io/v1/namespaces/shop/externalsecrets';
    assert.deepEqual((await told(server(keyRef('secret')), { [path]: list })).errors, []);
  });
  test('and may still add a key', async () => {
    const list = { items: [{ metadata: { name: 'c' } }] };
    const answers = {
      [`${at}/secrets/c`]: stored('other'),
      '/apis/bitnami.com/v1alpha1/namespaces/shop/sealedsecrets': list,
    };
    assert.deepEqual((await told(server(keyRef('secret')), answers)).errors, []);
  });
  test('nobody makes a ConfigMap', async () => {
    const { requests } = await told(server(keyRef('configMap')));
    assert.deepEqual(requests, [`GET ${at}/configmaps/c`]);
  });
  test('a StatefulSet makes its claims', async () => {
    const db = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db }\nspec: { volumeClaimTemplates: [{ metadata: { name: data } }] }\n`;
    assert.deepEqual((await told(`${claim('data-db-0')}---\n${db}`)).errors, []);
    assert.deepEqual((await told(`${claim('data-db-x')}---\n${db}`)).errors, [
      missing('PersistentVolumeClaim/data-db-x'),
    ]);
  });
  test('and uses its own in place of the volume of that name', async () => {
    const yaml = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  volumeClaimTemplates: [{ metadata: { name: data } }]
  template: { spec: { volumes: [{ name: data, persistentVolumeClaim: { claimName: c } }] } }
`;
    assert.deepEqual((await told(yaml)).errors, []);
  });
});

test('what is in the set need not be asked for', async () => {
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: c }\n';
  const { errors, requests } = await told(`${server('{ serviceAccountName: c }')}---\n${account}`);
  assert.deepEqual([errors, requests], [[], []]);
});

test('what is in another namespace of the set is not meant', async () => {
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: c, namespace: other }\n';
  const { errors } = await told(`${server('{ serviceAccountName: c }')}---\n${account}`);
  assert.deepEqual(errors, [missing('ServiceAccount/c')]);
});

test('an imagePullSecret that is missing is a note', async () => {
  const { errors, notes } = await told(server('{ imagePullSecrets: [{ name: c }] }'));
  assert.deepEqual(errors, []);
  assert.deepEqual(notes, [
    'k8s/app.yaml:6: Deployment/server: the imagePullSecret Secret/c in shop is not there; pods start without it, and may not get their image',
  ]);
});

test('a Secret that is an imagePullSecret and is read too is a finding', async () => {
  const spec = '{ imagePullSecrets: [{ name: c }], volumes: [{ name: v, secret: { secretName: c } }] }';
  const { errors, notes } = await told(server(spec));
  assert.deepEqual([errors, notes], [[missing('Secret/c')], []]);
});

test('an object that does not change is not looked at', async () => {
  const { errors, requests } = await told(server(keyRef('secret')), {}, 'active', new Set());
  assert.deepEqual([errors, requests], [[], []]);
});

test('in a namespace that is created only the set counts', async () => {
  const yaml = `${server(keyRef('secret'))}---\n${server(keyRef('configMap')).replace('name: server', 'name: other')}---\n${secret('data: { k: "" }')}`;
  const { errors, requests } = await told(yaml, {}, 'missing');
  assert.deepEqual(
    [errors, requests],
    [['k8s/app.yaml:13: Deployment/other: ConfigMap/c is neither in the manifests nor in the namespace shop'], []],
  );
});

test('what may not be read is one note for each kind', async () => {
  const spec =
    '{ containers: [{ name: a, envFrom: [{ secretRef: { name: c } }, { secretRef: { name: d } }, { configMapRef: { name: e } }] }] }';
  const { errors, notes } = await told(server(spec), {
    [`${at}/secrets/c`]: STATUSES.mayNotPatch,
    [`${at}/secrets/d`]: STATUSES.mayNotPatch,
    [`${at}/configmaps/e`]: STATUSES.mayNotPatch,
  });
  assert.deepEqual(errors, []);
  assert.deepEqual(notes, [
    "the kubeconfig's user may not get secrets in shop: whether Secret c, d is there was not checked",
    "the kubeconfig's user may not get configmaps in shop: whether ConfigMap e is there was not checked",
  ]);
});

test('a server that is in trouble is a failure of its own', async () => {
  const answers = { [`${at}/secrets/c`]: { kind: 'Status', code: 500, message: 'etcd' } };
  assert.equal((await failureOfWork(() => told(server(keyRef('secret')), answers))).code, 'cluster-unreachable');
});

test('no value of a Secret travels', async () => {
  const accepted: string[] = [];
  const api = fakeApi({});
  const request: typeof api.request = async (asked) => {
    accepted.push(asked.headers?.['accept'] ?? 'everything');
    return api.request(asked);
  };
  const targets = setOf(server(volume('secret: { secretName: c }')));
  await findMissingReferences(targets, allOf(targets), new Map(), { ...api, request });
  assert.match(accepted[0] ?? '', /^application\/json;as=PartialObjectMetadata;/);
});
