import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceOnImmutable, isAboutImmutable } from '../../../src/apply/immutable.ts';
import { explainRefusal } from '../../../src/apply/refusals.ts';
import { answerOf } from '../../support/fake-api.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

/** As a Kubernetes 1.34.4 wrote them. */
const CASES = [
  [
    'batch/v1',
    'Job',
    'spec.completions',
    'Invalid value: 2: field is immutable',
    ' is immutable',
    /job-policy: replace/,
  ],
  [
    'v1',
    'PersistentVolumeClaim',
    'spec',
    'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n@@ -1,6 +1,6 @@\n {\n  "AccessModes": [',
    ' is immutable but for resources.requests and volumeAttributesClassName for bound claims',
    /only the requested size may grow/,
  ],
  [
    'apps/v1',
    'StatefulSet',
    'spec',
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' and 'minReadySeconds' are forbidden",
    ' is immutable but for replicas, template and minReadySeconds',
    /--cascade=orphan/,
  ],
  [
    'v1',
    'Service',
    'spec.clusterIPs[0]',
    'Invalid value: ["10.0.0.77"]: may not change once set',
    ' is immutable',
    /Leave clusterIP out/,
  ],
  [
    'rbac.authorization.k8s.io/v1',
    'RoleBinding',
    'roleRef',
    'Invalid value: {"Kind":"ClusterRole","Name":"edit"}: cannot change roleRef',
    ' is immutable',
    /Delete the RoleBinding first/,
  ],
  ['v1', 'Secret', 'data', 'Forbidden: field is immutable when `immutable` is set', ' is immutable', /another name/],
  ['v1', 'Secret', 'type', 'Invalid value: "a": field is immutable', ' is immutable', /The type of a Secret/],
  [
    'v1',
    'Pod',
    'spec',
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
    ' is immutable but for spec.containers[*].image',
    /delete the object first/,
  ],
  [
    'storage.k8s.io/v1',
    'StorageClass',
    'parameters',
    'Forbidden: updates to parameters are forbidden.',
    ' is immutable',
    /delete the object first/,
  ],
  [
    'scheduling.k8s.io/v1',
    'PriorityClass',
    'value',
    'Forbidden: may not be changed in an update.',
    ' is immutable',
    /delete the object first/,
  ],
] as const;

for (const [apiVersion, kind, field, text, sentence, hint] of CASES) {
  test(`${field} of a ${kind} can never change: what, where, and what to do`, async () => {
    const manifest = await manifestOf(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`);
    const status = { kind: 'Status', code: 422, details: { causes: [{ field, message: text }] } };
    const [finding, ...more] = explainRefusal(answerOf(status), targetOf(manifest));
    assert.deepEqual(more, []);
    assert.deepEqual([finding?.code, finding?.problem.message], ['field-immutable', `${kind}/a: ${field}${sentence}`]);
    assert.match(finding?.problem.hint ?? '', hint);
  });
}

for (const text of [
  'Required value',
  'Invalid value: -1: must be greater than or equal to 0',
  'Forbidden: may not be set',
]) {
  test(`"${text}" is about something that can be mended`, () => {
    assert.equal(isAboutImmutable(text), false);
  });
}

test('every kind gets an advice', () => {
  assert.match(
    adviceOnImmutable({ apiVersion: 'x.io/v1', kind: 'Thing', metadata: { name: 'a' } }),
    /Put it back as it was/,
  );
});
