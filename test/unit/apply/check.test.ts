import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkChanges, type CheckScope } from '../../../src/apply/check.ts';
import type { ApplyPlan } from '../../../src/plan/slices.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { parseWorkloadName } from '../../../src/values/workload.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { manifestsOf, targetOf } from '../../support/manifests.ts';

const QUERY = 'dryRun=All&fieldManager=k8s-deploy&fieldValidation=Strict&force=false';
const PLAN: ApplyPlan = {
  setImage: [],
  restart: { kind: 'auto' },
  forceConflicts: false,
  jobPolicy: 'fail',
  inventory: undefined,
  origin: { commit: 'c', repository: 'org/shop', runUrl: '' },
};
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config }\n';
const JOB = 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate }\n';
const SERVER =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: server }\nspec: { replicas: 1, template: { spec: { containers: [{ name: a, envFrom: [{ configMapRef: { name: config } }] }] } } }\n';
const HPAS = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';
const DEPLOYMENT_PATH = '/apis/apps/v1/namespaces/shop/deployments/server';
const CONFIG_PATH = '/api/v1/namespaces/shop/configmaps/config';
const JOB_PATH = '/apis/batch/v1/namespaces/shop/jobs/migrate';

const config = (value: string, annotations: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config', annotations },
  data: { value },
});
const server = (replicas: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'server' },
  spec: {
    replicas,
    template: { spec: { containers: [{ name: 'a', envFrom: [{ configMapRef: { name: 'config' } }] }] } },
  },
});

async function targetsOf(yaml: string) {
  return yaml === '' ? [] : (await manifestsOf(yaml)).map((manifest) => targetOf(manifest));
}

async function check(yaml: string, answers: ApiAnswers, plan: Partial<ApplyPlan> = {}, preDeploy = '') {
  const scope: CheckScope = {
    plan: { ...PLAN, ...plan },
    namespace: 'shop',
    images: [],
    preDeploy: await targetsOf(preDeploy),
  };
  return checkChanges(await targetsOf(yaml), scope, fakeApi(answers));
}

test('a changed ConfigMap restarts what reads it, and owes it the restart', async () => {
  const { planned, findings } = await check(`${CONFIG}---\n${SERVER}`, {
    [CONFIG_PATH]: config('old'),
    [`PATCH ${CONFIG_PATH}?${QUERY}`]: config('new'),
    [DEPLOYMENT_PATH]: server(1),
    [`PATCH ${DEPLOYMENT_PATH}?${QUERY}`]: server(1),
  });
  const workload = { kind: 'Deployment', namespace: 'shop', name: 'server' };
  assert.deepEqual(findings, []);
  assert.deepEqual(
    planned.changes.map(({ kind }) => kind),
    ['configured', 'unchanged'],
  );
  assert.deepEqual(planned.restarts, [{ workload, reason: 'ConfigMap/config changed' }]);
  assert.deepEqual(planned.owed, [{ workload, because: 'ConfigMap/config' }]);
  assert.deepEqual(planned.workloads, [workload]);
});

test('a restart that an earlier run owes to a workload outside of the manifests is done', async () => {
  const marked = config('same', { 'k8s-deploy/restart-due': 'deployment/server' });
  const { planned } = await check(CONFIG, {
    [CONFIG_PATH]: marked,
    [`PATCH ${CONFIG_PATH}?${QUERY}`]: config('same'),
    [DEPLOYMENT_PATH]: server(1),
  });
  assert.deepEqual(
    planned.restarts.map(({ workload }) => workload.name),
    ['server'],
  );
  assert.deepEqual(planned.changes[0]?.kind, 'unchanged');
});

test('Jobs before the deploy are planned apart, and run again when they have failed', async () => {
  const failed = {
    metadata: { name: 'migrate' },
    status: { conditions: [{ type: 'Failed', status: 'True' }] },
  };
  const { planned } = await check(
    CONFIG,
    {
      [`PATCH ${CONFIG_PATH}?${QUERY}`]: config('new'),
      [JOB_PATH]: failed,
      [`PATCH ${JOB_PATH}?${QUERY}`]: failed,
    },
    {},
    JOB,
  );
  assert.deepEqual(
    [planned.changes, planned.preDeploy].map((changes) =>
      changes.map(({ kind, target }) => [target.object.kind, kind]),
    ),
    [[['ConfigMap', 'created']], [['Job', 'replaced']]],
  );
});

test('replicas that are left to an autoscaler are noted, and not sent', async () => {
  const live = {
    ...server(4),
    metadata: {
      name: 'server',
      managedFields: [{ manager: 'hpa', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }],
    },
  };
  const { planned } = await check(SERVER, {
    [DEPLOYMENT_PATH]: live,
    [`PATCH ${DEPLOYMENT_PATH}?${QUERY}`]: live,
    [HPAS]: {
      items: [{ metadata: { name: 'server' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'server' } } }],
    },
  });
  assert.deepEqual(planned.notes, [
    'spec.replicas of deployment/server is left to HorizontalPodAutoscaler/server (now 4)',
  ]);
  assert.deepEqual(Object.keys(Object(planned.changes[0]?.target.object['spec'])), ['template']);
});

test('everything that stands against the plan is told together', async () => {
  const wrong = CONFIG.replace('name: config', 'name: config, annotations: { k8s-deploy/wave: first }');
  const { findings } = await check(
    wrong,
    {},
    {
      restart: { kind: 'only', workloads: [parseWorkloadName('deployment/gone')] },
      setImage: [{ workload: parseWorkloadName('deployment/away'), container: 'a', image: undefined }],
    },
  );
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['manifest-invalid', 'namespace-missing', 'workload-not-found', 'workload-not-found'],
  );
});

for (const [status, message, code] of [
  [401, 'Unauthorized', 'credentials-rejected'],
  [403, 'User "bob" cannot get resource "configmaps"', 'access-denied'],
] as const) {
  test(`an object that may not be read (${status}) is a finding, and is not asked about any more`, async () => {
    const { planned, findings } = await check(CONFIG, { [CONFIG_PATH]: { kind: 'Status', message, code: status } });
    assert.deepEqual(planned.changes, []);
    assert.deepEqual(
      findings.map((finding) => finding.code),
      [code],
    );
  });
}

test('a server in trouble is no finding', async () => {
  const failure = await failureOfWork(() =>
    check(CONFIG, { [CONFIG_PATH]: { kind: 'Status', message: 'leader changed', code: 500 } }),
  );
  assert.equal(failure.code, 'cluster-unreachable');
});
