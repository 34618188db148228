import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dryRun, failureOfDryRun, type DryRunOptions } from '../../../src/apply/dry-run.ts';
import { explainRefusal } from '../../../src/apply/refusals.ts';
import { formatProblem } from '../../../src/errors.ts';
import type { KubeApi } from '../../../src/kube/api.ts';
import { answerOf, fakeApi } from '../../support/fake-api.ts';
import { failureOfWork } from '../../support/failures.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';
import { STATUSES } from '../../support/statuses.ts';

const DEPLOYMENT = `# the server
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  replicass: 2
  selector:
    matchLabels: { app: b }
  template:
    spec:
      containers:
        - name: first
          image: x:1
        - name: a
          image: x:2
          portss: []
          ports:
            - containerPort: 99999999
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: s }
spec:
  ports:
    - port: 1
      foo: 1
    - port: 2
      foo: 1
`;
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  b: x\n  a: 12345678\n';

const CASES: readonly (readonly [
  says: string,
  status: keyof typeof STATUSES,
  yaml: string,
  code: string,
  lines: readonly string[],
])[] = [
  [
    'a field that does not exist',
    'unknownField',
    DEPLOYMENT,
    'manifest-rejected',
    ['k8s/app.yaml:7: Deployment/a: .spec.replicass: field not declared in schema'],
  ],
  [
    'a namespace that is being deleted',
    'namespaceTerminating',
    DEPLOYMENT,
    'namespace-terminating',
    [
      'k8s/app.yaml:4: Deployment/a: deployments.apps "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
    ],
  ],
  [
    'a field of a container that does not exist',
    'unknownFieldInContainer',
    DEPLOYMENT,
    'manifest-rejected',
    ['k8s/app.yaml:17: Deployment/a: .spec.template.spec.containers[name="a"].portss: field not declared in schema'],
  ],
  [
    'a field of an element with two keys',
    'unknownFieldInPort',
    SERVICE,
    'manifest-rejected',
    ['k8s/app.yaml:9: Service/s: .spec.ports[port=2,protocol="TCP"].foo: field not declared in schema'],
  ],
  [
    'a value of the wrong type in a Secret, which is not shown',
    'wrongTypeInSecret',
    SECRET,
    'manifest-rejected',
    ['k8s/app.yaml:6: Secret/s: .stringData.a: expected string'],
  ],
  [
    'data of a Secret that is no base64',
    'noBase64',
    SECRET,
    'manifest-rejected',
    [`k8s/app.yaml:1: Secret/s: ${STATUSES.noBase64.message}`],
  ],
  [
    'two values that are invalid',
    'twoInvalid',
    DEPLOYMENT,
    'manifest-rejected',
    [
      'k8s/app.yaml:14: Deployment/a: spec.template.spec.containers[0].image: Required value',
      'k8s/app.yaml:13: Deployment/a: spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 99999999: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'a field that can never change',
    'immutable',
    DEPLOYMENT,
    'field-immutable',
    ['k8s/app.yaml:8: Deployment/a: spec.selector is immutable'],
  ],
  [
    'a field that belongs to somebody else',
    'conflictWithHelm',
    DEPLOYMENT,
    'field-conflict',
    [
      'k8s/app.yaml:16: Deployment/a: field .spec.template.spec.containers[name="a"].image belongs to the field manager "helm"',
    ],
  ],
  [
    'a namespace that does not exist',
    'namespaceMissing',
    DEPLOYMENT,
    'namespace-missing',
    ['k8s/app.yaml:4: Deployment/a: namespaces "shop" not found'],
  ],
  [
    'a missing right',
    'mayNotPatch',
    DEPLOYMENT,
    'access-denied',
    [`k8s/app.yaml:2: Deployment/a: access denied: ${STATUSES.mayNotPatch.message}`],
  ],
  [
    'an admission rule',
    'overLimit',
    DEPLOYMENT,
    'manifest-rejected',
    [`k8s/app.yaml:2: Deployment/a: the cluster refuses it: ${STATUSES.overLimit.message}`],
  ],
  [
    'credentials that are not accepted',
    'unauthorized',
    DEPLOYMENT,
    'credentials-rejected',
    ['k8s/app.yaml:2: Unauthorized'],
  ],
];

const optionsWith = (api: KubeApi): DryRunOptions => ({ api, forceConflicts: false, jobPolicy: () => 'fail' });

for (const [says, status, yaml, code, lines] of CASES) {
  test(`refused for ${says}: object, field, file and line are named`, async () => {
    const findings = explainRefusal(answerOf(STATUSES[status]), targetOf(await manifestOf(yaml)));
    assert.deepEqual(
      findings.map((finding) => [finding.code, formatProblem(finding.problem)]),
      lines.map((line) => [code, line]),
    );
  });

  test(`the dry run takes it as a refusal, not as a failure of the server: ${says}`, async () => {
    const target = targetOf(await manifestOf(yaml));
    const query = 'dryRun=All&fieldManager=k8s-deploy&fieldValidation=Strict&force=false';
    const api = fakeApi({ [`PATCH ${target.path}?${query}`]: STATUSES[status] });
    const { changes, findings } = await dryRun([{ target, live: undefined }], optionsWith(api));
    assert.deepEqual(changes, []);
    assert.deepEqual([...new Set(findings.map((finding) => finding.code))], [code]);
  });
}

for (const [says, body] of [
  ['is overloaded', { kind: 'Status', message: 'too many requests', code: 429 }],
  ['has an inner error', { kind: 'Status', message: 'etcdserver: leader changed', code: 500 }],
  ['cannot call a webhook', { kind: 'Status', message: 'failed calling webhook "x": timeout', code: 500 }],
] as const) {
  test(`a server that ${says} is no problem of the manifest`, async () => {
    const target = targetOf(await manifestOf(DEPLOYMENT));
    const query = 'dryRun=All&fieldManager=k8s-deploy&fieldValidation=Strict&force=false';
    const api = fakeApi({ [`PATCH ${target.path}?${query}`]: body });
    const failure = await failureOfWork(() => dryRun([{ target, live: undefined }], optionsWith(api)));
    assert.equal(failure.code, 'cluster-unreachable');
    assert.match(failure.message, new RegExp(body.message.replaceAll(/["\\]/g, '.')));
  });
}

test('the refusals of all objects are one failure', async () => {
  const target = targetOf(await manifestOf(DEPLOYMENT));
  const one = explainRefusal(answerOf(STATUSES.mayNotPatch), target);
  const other = explainRefusal(answerOf(STATUSES.unknownField), target);
  const failure = failureOfDryRun([...one, ...other]);
  assert.deepEqual([failure?.code, failure?.problems.length], ['access-denied', 2]);
  assert.equal(failureOfDryRun([]), undefined);
});

test('every refusal that the user can mend says how', async () => {
  const target = targetOf(await manifestOf(DEPLOYMENT));
  const hint = (status: keyof typeof STATUSES): string =>
    explainRefusal(answerOf(STATUSES[status]), target)[0]?.problem.hint ?? '';
  assert.match(hint('unknownField'), /spelling/);
  assert.match(hint('immutable'), /Put the selector back as it was/);
  assert.match(hint('conflictWithHelm'), /stop "helm" from setting it/);
  assert.match(hint('namespaceMissing'), /kubectl create namespace shop/);
  assert.match(hint('mayNotPatch'), /a Role that allows get, create and patch/);
});
