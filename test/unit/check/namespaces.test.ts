import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findNamespaceProblems, readNamespaces, type NamespaceState } from '../../../src/check/namespaces.ts';
import { formatProblem } from '../../../src/errors.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { STATUSES } from '../../support/statuses.ts';
import { setOf } from './set.ts';

const SET = `apiVersion: v1
kind: ConfigMap
metadata: { name: plain }
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: there
  namespace: shop
---
apiVersion: v1
kind: Secret
metadata:
  name: elsewhere
  namespace: other
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: elsewhere
  namespace: other
`;
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n';
const PLAN = { namespace: undefined, createNamespace: false, isPreview: false };

type States = Readonly<Record<string, NamespaceState>>;

const problemsOf = (yaml: string, plan: Partial<typeof PLAN> | { namespace: string }, states: States) =>
  findNamespaceProblems(setOf(yaml), { ...PLAN, ...plan }, new Map(Object.entries(states))).map(
    ({ code, problem }) => `${code} ${formatProblem(problem)}`,
  );

const ACTIVE = { shop: 'active', other: 'active' } as const;
const MISSING = 'namespace-missing k8s/app.yaml:15: the namespace other does not exist';

for (const [says, yaml, plan, states, expected] of [
  ['objects of several are no trouble without the input', SET, {}, ACTIVE, []],
  [
    'with the input every object of another is named',
    SET,
    { namespace: 'shop' },
    ACTIVE,
    [
      'namespace-mismatch k8s/app.yaml:15: Secret/elsewhere in other: the input namespace is shop',
      'namespace-mismatch k8s/app.yaml:21: Deployment/elsewhere in other: the input namespace is shop',
    ],
  ],
  ['what is in none is in no other', NAMESPACE, { namespace: 'shop' }, ACTIVE, []],
  ['one that is missing is told once', SET, {}, { ...ACTIVE, other: 'missing' }, [MISSING]],
  ['one that the set makes may be missing', `${SET}---\n${NAMESPACE}`, {}, { ...ACTIVE, other: 'missing' }, []],
  ['one that this run creates may be missing', SET, { createNamespace: true }, { ...ACTIVE, other: 'missing' }, []],
  [
    'one that is being deleted is not made anew by the set or this run',
    `${SET}---\n${NAMESPACE}`,
    { createNamespace: true },
    { ...ACTIVE, other: 'terminating' },
    ['namespace-terminating k8s/app.yaml:15: the namespace other is being deleted'],
  ],
  ['one that may not be read is no trouble', SET, {}, { shop: 'unknown', other: 'unknown' }, []],
] as readonly (readonly [string, string, object, States, readonly string[]])[]) {
  test(`namespaces: ${says}`, () => assert.deepEqual(problemsOf(yaml, plan, states), expected));
}

test('namespaces: in a preview nobody is told of an input that was not given', () => {
  const [finding] = findNamespaceProblems(setOf(SET), { ...PLAN, namespace: 'shop', isPreview: true }, new Map());
  assert.equal(finding?.problem.message, 'Secret/elsewhere in other: the preview is in shop');
  assert.doesNotMatch(finding.problem.hint ?? '', /inputs/);
});

test('namespaces: the hint for one that is missing names create-namespace', () => {
  const [finding] = findNamespaceProblems(setOf(SET), PLAN, new Map([['shop', 'missing']]));
  assert.match(finding?.problem.hint ?? '', /create-namespace: true.*kubectl create namespace shop/);
});

test('namespaces are read once each', async () => {
  const api = fakeApi({
    '/api/v1/namespaces/shop': { status: { phase: 'Active' } },
    '/api/v1/namespaces/old': { status: { phase: 'Terminating' } },
    '/api/v1/namespaces/secret': STATUSES.mayNotPatch,
  });
  const states = await readNamespaces(['shop', 'old', 'secret', 'gone', 'shop'], api);
  assert.deepEqual(Object.fromEntries(states), {
    shop: 'active',
    old: 'terminating',
    secret: 'unknown',
    gone: 'missing',
  });
  assert.equal(api.requests.length, 4);
});

test('a server that does not accept the credentials is a failure of its own', async () => {
  const api = fakeApi({ '/api/v1/namespaces/shop': STATUSES.unauthorized });
  assert.equal((await failureOfWork(() => readNamespaces(['shop'], api))).code, 'credentials-rejected');
});
