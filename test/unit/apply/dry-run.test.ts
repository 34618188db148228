import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dryRun } from '../../../src/apply/dry-run.ts';
import type { JobPolicy } from '../../../src/apply/jobs.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { manifestOf, manifestsOf, targetOf } from '../../support/manifests.ts';
import { STATUSES } from '../../support/statuses.ts';

const QUERY = 'dryRun=All&fieldManager=k8s-deploy&fieldValidation=Strict';
const DEPLOYMENT = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\n';
const JOB = 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate, namespace: shop }\n';
const IMMUTABLE_JOB = {
  kind: 'Status',
  message: 'Job.batch "migrate" is invalid: spec.template: Invalid value: {…}: field is immutable',
  details: { causes: [{ field: 'spec.template', message: 'Invalid value: {…}: field is immutable' }] },
  code: 422,
};
const ALSO_WRONG = {
  ...IMMUTABLE_JOB,
  details: { causes: [...IMMUTABLE_JOB.details.causes, { field: 'spec.parallelism', message: 'must be positive' }] },
};
const job = (...conditions: readonly string[]): JsonObject => ({
  metadata: { name: 'migrate' },
  status: { conditions: conditions.map((type) => ({ type, status: 'True' })) },
});

type Given = { readonly live?: JsonObject; readonly force?: boolean; readonly policy?: JobPolicy };

async function run(yaml: string, answers: ApiAnswers, { live, force = false, policy = 'fail' }: Given = {}) {
  const targets = (await manifestsOf(yaml)).map((manifest) => targetOf(manifest));
  const patches = targets.flatMap((target) =>
    Object.entries(answers).map(([query, answer]) => [`PATCH ${target.path}?${query}`, answer] as const),
  );
  const api = fakeApi(Object.fromEntries(patches));
  const objects = targets.map((target) => ({ target, live }));
  const { changes, findings, notes } = await dryRun(objects, {
    api,
    forceConflicts: force,
    jobPolicy: () => policy,
  });
  return {
    kinds: changes.map((change) => `${change.kind} ${change.target.object.metadata.name}`),
    fields: changes.flatMap((change) => change.fields),
    findings: findings.map(({ code, problem }) => `${code}: ${problem.message}`),
    hints: findings.map(({ problem }) => problem.hint),
    notes,
  };
}

test('a field of somebody else is a finding with the field and the manager, and how to take it', async () => {
  const { findings, hints } = await run(DEPLOYMENT, { [`${QUERY}&force=false`]: STATUSES.conflictWithHelm });
  assert.deepEqual(findings, [
    'field-conflict: Deployment/a: field .spec.template.spec.containers[name="a"].image belongs to the field manager "helm"',
  ]);
  assert.match(hints.join(), /force-conflicts: true/);
});

test('with force-conflicts it is taken, and told', async () => {
  const answers = {
    [`${QUERY}&force=false`]: STATUSES.conflictWithHelm,
    [`${QUERY}&force=true`]: { metadata: { name: 'a' } },
  };
  const { kinds, notes, findings } = await run(DEPLOYMENT, answers, { force: true });
  assert.deepEqual([kinds, findings], [['created a'], []]);
  assert.deepEqual(notes, [
    'force-conflicts takes .spec.template.spec.containers[name="a"].image of Deployment/a from "helm"',
  ]);
});

test('without a conflict nothing is forced, and nothing noted', async () => {
  const { kinds, notes } = await run(
    DEPLOYMENT,
    { [`${QUERY}&force=false`]: { metadata: { name: 'a' } } },
    { force: true },
  );
  assert.deepEqual([kinds, notes], [['created a'], []]);
});

for (const [says, policy, live, refusal, kinds, findings] of [
  ['that is complete is replaced', 'replace', job('Complete'), IMMUTABLE_JOB, ['replaced migrate'], []],
  ['that has failed is replaced', 'replace', job('Failed'), IMMUTABLE_JOB, ['replaced migrate'], []],
  ['before the deploy is replaced', 'again', job('Complete'), IMMUTABLE_JOB, ['replaced migrate'], []],
  [
    'that still runs is not',
    'replace',
    job(),
    IMMUTABLE_JOB,
    [],
    ['field-immutable: Job/migrate in shop is still running, and spec.template can only be changed by replacing it'],
  ],
  [
    'is not replaced unless the user says so',
    'fail',
    job('Complete'),
    IMMUTABLE_JOB,
    [],
    ['field-immutable: Job/migrate in shop: spec.template is immutable'],
  ],
  [
    'that is wrong besides is not replaced',
    'replace',
    job('Complete'),
    ALSO_WRONG,
    [],
    [
      'field-immutable: Job/migrate in shop: spec.template is immutable',
      'manifest-rejected: Job/migrate in shop: spec.parallelism: must be positive',
    ],
  ],
] as const) {
  test(`a Job with another template ${says}`, async () => {
    const result = await run(JOB, { [`${QUERY}&force=false`]: refusal }, { live, policy });
    assert.deepEqual([result.kinds, result.findings], [kinds, findings]);
  });
}

test('what a replaced Job is replaced for is told', async () => {
  const { fields } = await run(
    JOB,
    { [`${QUERY}&force=false`]: IMMUTABLE_JOB },
    { live: job('Failed'), policy: 'again' },
  );
  assert.deepEqual(fields, ['spec.template']);
});

test('how to change a Job is told', async () => {
  const { hints } = await run(JOB, { [`${QUERY}&force=false`]: IMMUTABLE_JOB }, { live: job('Complete') });
  assert.match(hints.join(), /job-policy: replace/);
});

for (const [policy, condition, kind] of [
  ['again', 'Failed', 'replaced'],
  ['again', 'Complete', 'unchanged'],
  ['replace', 'Failed', 'unchanged'],
] as const) {
  test(`a Job of the policy ${policy} that is the same and ${condition} is ${kind}`, async () => {
    const live = job(condition);
    const { kinds } = await run(JOB, { [`${QUERY}&force=false`]: live }, { live, policy });
    assert.deepEqual(kinds, [`${kind} migrate`]);
  });
}

for (const [condition, kind] of [
  ['Failed', 'replaced'],
  ['Complete', 'configured'],
] as const) {
  test(`a Job before the deploy with another label that is ${condition} is ${kind}`, async () => {
    const desired = { ...job(condition), metadata: { name: 'migrate', labels: { a: 'b' } } };
    const given = { live: job(condition), policy: 'again' } as const;
    const { kinds, fields } = await run(JOB, { [`${QUERY}&force=false`]: desired }, given);
    assert.deepEqual([kinds, fields], [[`${kind} migrate`], ['metadata.labels']]);
  });
}

const DEFINITION =
  'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.x.io }\nspec: { group: x.io, scope: Namespaced, names: { kind: Thing, plural: things }, versions: [{ name: v1, served: true }] }\n';
const THING = 'apiVersion: x.io/v1\nkind: Thing\nmetadata: { name: a }\n';

test('a custom resource whose definition comes with it cannot be asked about, and is created', async () => {
  const both = await run(`${DEFINITION}---\n${THING}`, {});
  assert.deepEqual(both.kinds, ['created a']);
  const alone = await run(THING, {});
  assert.deepEqual([alone.kinds, alone.findings.length], [[], 1]);
});

test('in a namespace that does not exist it is refused, with its definition or without', async () => {
  const answers = { [`${QUERY}&force=false`]: STATUSES.namespaceMissing };
  const { findings } = await run(`${DEFINITION}---\n${THING}`, answers);
  assert.match(findings.join('\n'), /namespace-missing: Thing\/a/);
});

const owner = (manager: string, fieldsV1: JsonObject, operation = 'Update'): JsonObject => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsV1,
});
const SPEC = (...fields: readonly string[]): JsonObject => ({
  'f:spec': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])),
});
const withSpec = (spec: JsonObject, ...managedFields: readonly JsonObject[]): JsonObject => ({
  metadata: { name: 'a', managedFields },
  spec,
});

const KUBECTLS = owner('kubectl-client-side-apply', SPEC('replicas', 'paused', 'minReadySeconds'));
const LIVE = withSpec({ replicas: 2, paused: true, minReadySeconds: 5 }, KUBECTLS);
const ASKED = withSpec(
  { replicas: 3, paused: true, minReadySeconds: 5 },
  owner('k8s-deploy', SPEC('replicas'), 'Apply'),
  KUBECTLS,
);

test('what leaves an object when the fields of kubectl go over to us is in the plan, with the defaults of the server', async () => {
  const manifest = await manifestOf(DEPLOYMENT);
  const target = targetOf(manifest);
  const bodies: unknown[] = [];
  const api = fakeApi({
    [`PATCH ${target.path}?${QUERY}&force=false`]: ASKED,
    [`PATCH ${target.path}?dryRun=All&fieldManager=k8s-deploy`]: withSpec({ replicas: 3, minReadySeconds: 5 }),
  });
  const listening = {
    ...api,
    request: async (request: Parameters<typeof api.request>[0]) => {
      bodies.push(JSON.parse(request.body ?? 'null'));
      return api.request(request);
    },
  };
  const { changes } = await dryRun([{ target, live: LIVE }], {
    api: listening,
    forceConflicts: false,
    jobPolicy: () => 'fail',
  });
  assert.deepEqual(bodies[1], [{ op: 'add', path: '/spec', value: { replicas: 3 } }]);
  assert.deepEqual(changes[0]?.fields, ['spec.replicas', 'spec.paused']);
  assert.deepEqual(Object(changes[0]?.desired?.['metadata']).managedFields, Object(ASKED['metadata']).managedFields);
});

test('when the server does not answer that, the plan is as without the hand-over', async () => {
  const { fields } = await run(DEPLOYMENT, { [`${QUERY}&force=false`]: ASKED }, { live: LIVE });
  assert.deepEqual(fields, ['spec.replicas']);
});
