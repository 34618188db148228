import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiffVerb } from '../../../src/diff/subject.ts';
import { planEntry } from '../../../src/report/plan-entry.ts';
import { describePlan, plannedWorkCount, type PlanFact } from '../../../src/report/plan-fact.ts';
import { planLines } from '../../../src/report/plan-lines.ts';
import { diffOf, HASH, imageOf, planOf, workload } from './plan-facts.ts';

const restarts = (...names: readonly string[]): PlanFact['restarts'] =>
  names.map((name) => ({ workload: workload(name), reason: 'ConfigMap/a changed' }));
const deployment = (name: string, verb: DiffVerb = 'change') => {
  const diff = diffOf(verb, name);
  return { ...diff, subject: { ...diff.subject, kind: 'Deployment' } };
};

const SENTENCES: readonly (readonly [string, number, Partial<PlanFact>])[] = [
  ['Nothing would change', 0, {}],
  ['Nothing would change', 0, { diffs: [diffOf('none', 'a'), diffOf('none', 'b')] }],
  ['1 object would change', 1, { diffs: [diffOf('change', 'a'), diffOf('none', 'b')] }],
  ['1 object would be deleted', 1, { diffs: [diffOf('delete', 'a')] }],
  [
    '2 objects would change, 1 would be created, deployment/agent would restart',
    4,
    { diffs: [diffOf('create', 'a'), diffOf('change', 'b'), diffOf('change', 'c')], restarts: restarts('agent') },
  ],
  [
    '1 object would be created, 1 would be replaced, 2 would be deleted',
    4,
    { diffs: [diffOf('delete', 'a'), diffOf('replace', 'b'), diffOf('create', 'c'), diffOf('delete', 'd')] },
  ],
  ['deployment/a and deployment/b would restart', 2, { restarts: restarts('a', 'b') }],
  ['4 workloads would restart', 4, { restarts: restarts('a', 'b', 'c', 'd') }],
  ['deployment/a would restart', 1, { diffs: [diffOf('restart', 'a')], restarts: restarts('a') }],
  [
    'deployment/worker would get another image, deployment/agent would restart',
    2,
    { images: [imageOf('worker', 'a:1', 'a:2'), imageOf('worker', 'b:1', 'b:2')], restarts: restarts('agent') },
  ],
  [
    'deployment/worker would get another image',
    1,
    { diffs: [deployment('worker', 'restart'), deployment('a', 'none')], images: [imageOf('worker', 'a:1', 'a:2')] },
  ],
  ['1 object would change', 1, { diffs: [deployment('worker')], images: [imageOf('worker', 'a:1', 'a:2')] }],
];

for (const [sentence, count, plan] of SENTENCES) {
  test(`${count}: ${sentence}`, () => {
    assert.deepEqual([describePlan(planOf(plan)), plannedWorkCount(planOf(plan))], [sentence, count]);
  });
}

test('the log has a line for each object with its place, what differs, images, restarts and the hash', () => {
  const plan = planOf({
    diffs: [
      diffOf('change', 'a'),
      diffOf('change', 'b', 'same', 'same'),
      diffOf('none', 'c'),
      {
        ...diffOf('restart', 'd'),
        subject: { ...diffOf('restart', 'd').subject, namespace: undefined, line: undefined },
      },
      { ...diffOf('restart', 'e'), subject: { ...diffOf('restart', 'e').subject, file: undefined } },
    ],
    images: [imageOf('worker', undefined, 'ghcr.io/org/app:2')],
    restarts: restarts('agent'),
  });
  assert.deepEqual(planLines(plan), [
    'change     ConfigMap/a in shop (k8s/app.yaml:3)',
    '    @@ data @@',
    '      data:',
    '    -   text: old',
    '    +   text: new',
    '      kind: ConfigMap',
    '      metadata:',
    '        name: a',
    'change     ConfigMap/b in shop (k8s/app.yaml:3): no field, only who owns them or the notes of k8s-deploy',
    'unchanged  ConfigMap/c in shop (k8s/app.yaml:3)',
    'restart    ConfigMap/d (k8s/app.yaml)',
    'restart    ConfigMap/e in shop',
    'image      deployment/worker in shop, container app: none → ghcr.io/org/app:2',
    'restart    deployment/agent in shop (ConfigMap/a changed)',
    `plan-hash: ${HASH}`,
  ]);
});

test('nothing of an object is obeyed by the runner', () => {
  const nasty = 'x\n::error::boom\n##[group]x\n\n::set-output name=a::b';
  const lines = planLines(
    planOf({
      diffs: [diffOf('create', 'a', '', nasty), diffOf('change', 'b', '::debug::a', nasty)],
      restarts: [{ workload: workload('a'), reason: '\n::error::x ##[x' }],
    }),
  );
  assert.ok(lines.some((line) => line.includes('error')));
  for (const line of lines) {
    assert.doesNotMatch(line, /^\s*::|##\[|[\r\n]/);
  }
});

test('the report has the fields of each object, images and restarts', () => {
  const plan = planOf({
    diffs: [diffOf('change', 'a')],
    images: [imageOf('worker', 'a:1', 'a:2')],
    restarts: restarts('agent'),
  });
  assert.deepEqual(planEntry(plan), {
    hash: HASH,
    verdict: '1 object would change, deployment/worker would get another image, deployment/agent would restart',
    changes: 3,
    objects: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace: 'shop',
        name: 'a',
        verb: 'change',
        file: 'k8s/app.yaml',
        line: 3,
        fields: [{ path: 'data.text', kind: 'changed', before: 'old', after: 'new' }],
      },
    ],
    images: [{ kind: 'Deployment', namespace: 'shop', name: 'worker', container: 'app', before: 'a:1', after: 'a:2' }],
    restarts: [{ kind: 'Deployment', namespace: 'shop', name: 'agent', reason: 'ConfigMap/a changed' }],
  });
});
