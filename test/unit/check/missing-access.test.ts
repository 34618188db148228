import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { needsOf } from '../../../src/check/access.ts';
import { minimalRole } from '../../../src/check/minimal-role.ts';
import { findMissingAccess } from '../../../src/check/missing-access.ts';
import type { Need } from '../../../src/check/need.ts';
import { DeployError } from '../../../src/errors.ts';
import { objectsAt, textAt, valueAt } from '../../../src/values/json.ts';
import { rbacApi, type Grant } from './rbac-api.ts';
import { setOf } from './set.ts';
import { NO_WISHES } from './wishes.ts';

const SET = setOf(`apiVersion: apps/v1
kind: Deployment
metadata: { name: server }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
`);
const FULL = needsOf(SET, {
  ...NO_WISHES,
  createNamespace: true,
  restart: { kind: 'auto-namespace' },
  prune: { configMap: 'k8s-deploy-inventory-app', doomed: [] },
  preDeploy: setOf('apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate }\n'),
  onFailure: 'rollback',
  smokeTests: [
    {
      kind: 'service',
      text: '',
      service: 'server',
      port: '8080',
      path: '/',
      expected: { statuses: [200, 299], contains: undefined },
    },
  ],
});

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** The rules of the printed Roles. */
function grantsOf(role: string): readonly Grant[] {
  return parseAllDocuments(role).flatMap((document) => {
    const object: unknown = document.toJS();
    const namespace = textAt(object, 'metadata', 'namespace');
    return objectsAt(object, 'rules').map((rule) => ({
      apiGroups: texts(valueAt(rule, 'apiGroups')),
      resources: texts(valueAt(rule, 'resources')),
      verbs: texts(valueAt(rule, 'verbs')),
      ...(namespace === undefined ? {} : { namespace }),
    }));
  });
}

/** One right for each entry, so that each can be taken away. */
const single = (grants: readonly Grant[]): readonly Grant[] =>
  grants.flatMap((grant) =>
    grant.resources.flatMap((resource) =>
      grant.verbs.map((verb) => ({ ...grant, resources: [resource], verbs: [verb] })),
    ),
  );

describe('what the user may not', () => {
  const role = single(grantsOf(minimalRole(FULL, 'x')));

  test('is nothing for who has exactly the printed Role', async () => {
    const { findings, notes, missing, role: printed } = await findMissingAccess(FULL, rbacApi({ grants: role }));
    assert.deepEqual([findings, notes, missing, printed], [[], [], [], undefined]);
  });

  for (const [index, grant] of role.entries()) {
    const rule = `${grant.verbs.join()} ${grant.resources.join()}`;
    test(`is named when the Role lacks ${rule}`, async () => {
      const api = rbacApi({ grants: role.toSpliced(index, 1) });
      const { findings, notes, role: printed } = await findMissingAccess(FULL, api);
      const said = [...findings.map(({ problem }) => problem.message), ...notes];
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', new RegExp(`^may not ${grant.verbs.join()} ${grant.resources.join()}\\b`));
      assert.equal(printed, minimalRole(FULL, 'k8s-deploy'));
    });
  }
});

const need = (verb: string, resource: string, more: Partial<Need> = {}): Need => ({
  group: '',
  resource,
  namespace: 'shop',
  verb,
  because: 'needed to try',
  use: 'needed',
  ...more,
});

async function told(needs: readonly Need[], server: Parameters<typeof rbacApi>[0]) {
  const api = rbacApi(server);
  const { findings, notes } = await findMissingAccess(needs, api);
  return { errors: findings.map(({ problem }) => problem.message), notes, requests: api.requests };
}

const grant = (verbs: readonly string[], resources: readonly string[], more: Partial<Grant> = {}): Grant => ({
  apiGroups: [''],
  resources,
  verbs,
  ...more,
});

for (const [says, one, grants, isMissing] of [
  ['all verbs', need('get', 'pods'), [grant(['*'], ['pods'])], false],
  ['all resources', need('get', 'pods', { subresource: 'log' }), [grant(['get'], ['*'])], false],
  ['all groups', need('get', 'pods'), [grant(['get'], ['pods'], { apiGroups: ['*'] })], false],
  ['one subresource of all', need('get', 'pods', { subresource: 'log' }), [grant(['get'], ['*/log'])], false],
  [
    'the resource is not its subresource',
    need('get', 'pods', { subresource: 'log' }),
    [grant(['get'], ['pods'])],
    true,
  ],
  ['another group', need('get', 'pods'), [grant(['get'], ['pods'], { apiGroups: ['apps'] })], true],
  ['another namespace', need('get', 'pods'), [grant(['get'], ['pods'], { namespace: 'other' })], true],
  ['its name', need('patch', 'pods', { name: 'a' }), [grant(['patch'], ['pods'], { resourceNames: ['a'] })], false],
  ['another name', need('patch', 'pods', { name: 'a' }), [grant(['patch'], ['pods'], { resourceNames: ['b'] })], true],
  ['a name, for a list', need('list', 'pods'), [grant(['list'], ['pods'], { resourceNames: ['a'] })], true],
] as readonly (readonly [string, Need, readonly Grant[], boolean])[]) {
  test(`a rule for ${says} ${isMissing ? 'is not enough' : 'is enough'}`, async () => {
    assert.equal((await told([one], { grants })).errors.length, isMissing ? 1 : 0);
  });
}

test('the rules of a namespace are asked for once, and answer most without another question', async () => {
  const { requests } = await told([need('get', 'pods'), need('list', 'pods'), need('get', 'secrets', { name: 'a' })], {
    grants: [grant(['*'], ['*'])],
  });
  assert.deepEqual(requests, ['rules shop']);
});

test('a rule for the very name is believed', async () => {
  const grants = [grant(['get'], ['pods'], { resourceNames: ['a'] })];
  assert.deepEqual((await told([need('get', 'pods', { name: 'a' })], { grants })).requests, ['rules shop']);
});

test('what is denied for all names, and has none, is not asked for again', async () => {
  assert.deepEqual((await told([need('list', 'pods')], { grants: [] })).requests, [
    'rules shop',
    'may list pods in shop',
  ]);
});

test('what the rules do not have may be granted by an authorizer that cannot list them', async () => {
  const { errors, requests } = await told([need('get', 'pods', { name: 'a' })], {
    grants: [],
    webhook: ['get pods in shop'],
  });
  assert.deepEqual([errors, requests], [[], ['rules shop', 'may get pods in shop']]);
});

test('rules that are not all of them are not believed', async () => {
  const { requests } = await told([need('get', 'pods')], { grants: [grant(['get'], ['pods'])], webhook: [] });
  assert.deepEqual(requests, ['rules shop', 'may get pods in shop']);
});

test('a create is granted by name to who applies, though a list of rules does not tell', async () => {
  const grants = [grant(['create'], ['pods'], { resourceNames: ['a'] })];
  const { errors, requests } = await told([need('create', 'pods', { name: 'a' })], { grants });
  assert.deepEqual(errors, []);
  assert.deepEqual(requests, ['rules shop', 'may create pods in shop', 'may create pods a in shop']);
});

test('the same question is asked once', async () => {
  const { requests } = await told(
    ['a', 'b', 'c'].map((name) => need('get', 'nodes', { namespace: undefined, name })),
    { grants: [], webhook: ['get nodes'] },
  );
  assert.deepEqual(requests, ['may get nodes']);
});

test('a Namespace may be read by a Role in it', async () => {
  const { errors } = await told([need('get', 'namespaces', { namespace: undefined, name: 'shop' })], {
    grants: [grant(['get'], ['namespaces'], { namespace: 'shop' })],
  });
  assert.deepEqual(errors, []);
});

test('a create is not missed as long as the object is there', async () => {
  const create = need('create', 'pods', { name: 'a', unlessThere: '/pods/a' });
  const [absent, present] = [
    await told([create], { grants: [] }),
    await told([create], { grants: [], there: ['/pods/a'] }),
  ];
  assert.deepEqual(absent.errors, ['may not create pods in shop: needed to try (a)']);
  assert.deepEqual(
    [present.errors, present.notes],
    [[], ['may not create pods in shop: needed only for what is not there yet']],
  );
});

test('who may not create what is there already is told so, and may deploy', async () => {
  const grants = single(grantsOf(minimalRole(FULL, 'x'))).filter(({ verbs }) => !verbs.includes('create'));
  const there = FULL.flatMap(({ unlessThere }) => unlessThere ?? []);
  const { errors, notes } = await told(FULL, { grants, there });
  assert.deepEqual(errors, []);
  assert.deepEqual(
    notes.filter((note) => note.includes('create')),
    [
      'may not create namespaces: needed only for what is not there yet',
      'may not create deployments.apps, statefulsets.apps, jobs.batch, configmaps in shop: needed only for what is not there yet',
    ],
  );
});

test('what is only helpful is a note that says what is lost', async () => {
  const { errors, notes } = await told([need('watch', 'pods', { use: 'helpful', because: 'without it all is dark' })], {
    grants: [],
  });
  assert.deepEqual([errors, notes], [[], ['may not watch pods in shop: without it all is dark']]);
});

test('rights with one reason are one sentence, with some of the names', async () => {
  const all = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => [
    need('patch', 'pods', { name }),
    need('get', 'pods', { name }),
  ]);
  const { errors } = await told([...all, need('patch', 'pods', { name: 'f' })], { grants: [] });
  assert.deepEqual(errors, [
    'may not patch pods in shop: needed to try (a, b, c and 3 more)',
    'may not get pods in shop: needed to try (a, b, c and 2 more)',
  ]);
});

test('one name too many for the sentence is counted', async () => {
  const needs = ['a', 'b', 'c', 'd'].map((name) => need('get', 'pods', { name }));
  const { errors } = await told(needs, { grants: [] });
  assert.deepEqual(errors, ['may not get pods in shop: needed to try (a, b, c and 1 more)']);
});

test('only the last sentence says what to do', async () => {
  const needs = [need('get', 'pods'), need('get', 'nodes', { namespace: undefined })];
  const { findings } = await findMissingAccess(needs, rbacApi({ grants: [] }));
  assert.deepEqual(
    findings.map(({ code, problem }) => [code, problem.hint]),
    [
      ['access-denied', undefined],
      [
        'access-denied',
        "Let an administrator apply the Role and ClusterRole that the log shows, and bind it to the kubeconfig's user.",
      ],
    ],
  );
});

test('where even reviews are refused nothing is missing, and a note says so', async () => {
  const { errors, notes } = await told([need('get', 'pods'), need('list', 'pods')], {
    grants: [],
    refuses: { rules: 403, access: 403 },
  });
  assert.deepEqual(errors, []);
  assert.deepEqual(notes, [
    "nobody says whether the kubeconfig's user may get pods in shop (and 1 more): refused with 403",
  ]);
});

for (const status of [403, 404, 500]) {
  test(`rules that are refused with ${status} are asked for one by one`, async () => {
    const { errors, notes } = await told([need('get', 'pods'), need('list', 'pods')], {
      grants: [grant(['get'], ['pods'])],
      refuses: { rules: status },
    });
    assert.deepEqual([errors, notes], [['may not list pods in shop: needed to try'], []]);
  });
}

test('an API server that is away is a failure of its own', async () => {
  const away = {
    ...rbacApi({ grants: [] }),
    request: () => Promise.reject(new DeployError('cluster-unreachable', 'away')),
  };
  await assert.rejects(findMissingAccess([need('get', 'pods')], away), { code: 'cluster-unreachable' });
});
