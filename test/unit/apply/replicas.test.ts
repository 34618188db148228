import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaveReplicas } from '../../../src/apply/replicas.ts';
import { valueAt, type JsonObject } from '../../../src/values/json.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

const HPAS = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';
const hpa = (name: string, kind = 'Deployment') =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: ${name} }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: ${name} } }\n`;
const scaledObject = (target: string) =>
  `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: queue }\nspec: { scaleTargetRef: { ${target} } }\n`;
const deployment = (replicas: number | undefined) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: server }\nspec: { ${replicas === undefined ? '' : `replicas: ${replicas}, `}paused: false }\n`;
const running = (replicas: number, ...owners: readonly string[]): JsonObject => ({
  metadata: {
    name: 'server',
    managedFields: owners.map((manager) => ({ manager, fieldsV1: { 'f:spec': { 'f:replicas': {} } } })),
  },
  spec: { replicas },
});
const listOf = (name: string): JsonObject => ({
  items: [{ metadata: { name }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'server' } } }],
});

async function leave(yaml: string, live: JsonObject | undefined, others: readonly string[], answers: ApiAnswers = {}) {
  const api = fakeApi(answers);
  const target = targetOf(await manifestOf(yaml));
  const rest = await Promise.all(others.map(async (text) => targetOf(await manifestOf(text))));
  const objects = [{ target, live }, ...rest.map((other) => ({ target: other, live: undefined }))];
  const { objects: left, notes } = await leaveReplicas(objects, api);
  return { replicas: valueAt(left[0]?.target.object, 'spec', 'replicas'), notes, requests: api.requests };
}

const NOTE = 'spec.replicas of deployment/server is left to HorizontalPodAutoscaler/server (now 4)';
const KEDA = 'spec.replicas of deployment/server is left to ScaledObject/queue (now 4)';
for (const [says, yaml, live, others, replicas, notes] of [
  [
    'set by the autoscaler: not sent',
    deployment(1),
    running(4, 'kube-controller-manager'),
    [hpa('server')],
    undefined,
    [NOTE],
  ],
  [
    'set by the autoscaler and once by kubectl: not sent',
    deployment(1),
    running(4, 'kubectl-client-side-apply', 'kube-controller-manager'),
    [hpa('server')],
    undefined,
    [NOTE],
  ],
  [
    'set by us alone: sent as they are, never to fall to one',
    deployment(1),
    running(4, 'k8s-deploy'),
    [hpa('server')],
    4,
    [NOTE],
  ],
  ['set by kubectl alone: sent as they are', deployment(1), running(4, 'kubectl'), [hpa('server')], 4, [NOTE]],
  [
    'set by us, and gone from the manifest: sent as they are',
    deployment(undefined),
    running(4, 'k8s-deploy'),
    [hpa('server')],
    4,
    [],
  ],
  ['set by nobody: sent as they are', deployment(1), running(4), [hpa('server')], 4, [NOTE]],
  [
    'in no manifest, and not ours: left alone',
    deployment(undefined),
    running(4, 'hpa'),
    [hpa('server')],
    undefined,
    [],
  ],
  ['of a new workload: as the manifest says', deployment(3), undefined, [hpa('server')], 3, []],
  ['of a ScaledObject', deployment(1), running(4, 'hpa'), [scaledObject('name: server')], undefined, [KEDA]],
  [
    'of a ScaledObject for another kind',
    deployment(1),
    running(4, 'hpa'),
    [scaledObject('name: server, kind: StatefulSet')],
    1,
    [],
  ],
  ['of another autoscaler', deployment(1), running(4, 'hpa'), [hpa('worker')], 1, []],
  ['of an autoscaler for another kind', deployment(1), running(4, 'hpa'), [hpa('server', 'StatefulSet')], 1, []],
] as const) {
  test(`replicas ${says}`, async () => {
    const left = await leave(yaml, live, others);
    assert.deepEqual([left.replicas, left.notes], [replicas, notes]);
  });
}

test('an autoscaler that is only in the cluster counts', async () => {
  const left = await leave(deployment(1), running(4, 'hpa'), [], { [HPAS]: listOf('keda-hpa-server') });
  assert.equal(left.replicas, undefined);
  assert.match(left.notes.join(), /HorizontalPodAutoscaler\/keda-hpa-server \(now 4\)/);
});

test('without the right to list autoscalers the manifest counts', async () => {
  const status = { kind: 'Status', message: 'forbidden', code: 403 };
  assert.equal((await leave(deployment(1), running(4, 'hpa'), [], { [HPAS]: status })).replicas, 1);
});

for (const [says, yaml, live, requests] of [
  ['with replicas', deployment(1), running(1), [`GET ${HPAS}`]],
  ['whose replicas are ours', deployment(undefined), running(1, 'k8s-deploy'), [`GET ${HPAS}`]],
  ['whose replicas nobody here has set', deployment(undefined), running(1), []],
  ['that is new', deployment(1), undefined, []],
] as const) {
  test(`autoscalers are ${requests.length === 0 ? 'not ' : ''}listed for a workload ${says}`, async () => {
    assert.deepEqual((await leave(yaml, live, [])).requests, requests);
  });
}
