import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError, failureOf, failureOfFindings } from '../../../src/errors.ts';
import type { RemovalFact } from '../../../src/preview/facts.ts';
import { annotationsOf } from '../../../src/report/annotations.ts';
import { NO_FACTS } from '../../../src/report/facts.ts';
import {
  concludeError,
  concludePlan,
  concludeRemovals,
  concludeRollouts,
  withUnapplied,
  type Outcome,
} from '../../../src/report/outcome.ts';
import { outputsOf } from '../../../src/report/output-values.ts';
import { OUTPUTS } from '../../../src/report/outputs.ts';
import {
  badRollout,
  DIGEST,
  factsOf,
  objectFact,
  outcomeOf,
  rolloutOf,
  SHA,
  workloadFact,
} from '../../support/outcomes.ts';
import { diffOf, planOf } from './plan-facts.ts';

const still = workloadFact('server', { change: 'unchanged' });
const sameObject = objectFact('Deployment', 'server', { change: 'unchanged' });

for (const [says, facts, verdict] of [
  ['a new image', {}, 'Deployed abcdef0: rolled out deployment/server (new revision), 1 object changed'],
  [
    'a first deploy',
    {
      objects: [
        objectFact('Service', 'web', { change: 'created' }),
        objectFact('Deployment', 'server', { change: 'created' }),
      ],
      workloads: [workloadFact('server', { change: 'created' })],
    },
    'Deployed abcdef0: rolled out deployment/server (created), 2 objects changed',
  ],
  [
    'a restart',
    { objects: [objectFact('ConfigMap', 'a')], workloads: [still, workloadFact('agent', { change: 'restarted' })] },
    'Deployed abcdef0: rolled out deployment/agent (restarted), 1 object changed',
  ],
  [
    'only a Service',
    { objects: [objectFact('Service', 'web')], workloads: [still] },
    'Deployed abcdef0: 1 object changed',
  ],
  [
    'nothing to change',
    { objects: [sameObject], workloads: [still] },
    'Nothing to change: the cluster runs abcdef0 already, and 1 workload is healthy',
  ],
  [
    'nothing to change where there is no workload',
    { objects: [sameObject], workloads: [] },
    'Nothing to change: the cluster runs abcdef0 already',
  ],
  [
    'nothing to change in two workloads',
    { objects: [sameObject], workloads: [still, still] },
    'Nothing to change: the cluster runs abcdef0 already, and 2 workloads are healthy',
  ],
  [
    'many workloads',
    {
      objects: [objectFact('Deployment', 'a')],
      workloads: Array.from({ length: 11 }, (_, index) => workloadFact(`app-${index}`)),
    },
    'Deployed abcdef0: rolled out 11 workloads, 1 object changed',
  ],
  ['a mere build', { objects: [], workloads: [] }, 'Built and pushed the image of abcdef0'],
] as const) {
  test(`the verdict of ${says}`, () => {
    const outcome = outcomeOf(facts);
    assert.deepEqual([outcome.result, outcome.reason, outcome.verdict], ['succeeded', undefined, verdict]);
  });
}

const bad = (name: string, result: 'failed' | 'timed-out' | 'unknown' | 'superseded', cause: string) =>
  workloadFact(name, { outcome: badRollout(name, result, cause) });

for (const [says, workloads, result, reason, verdict] of [
  [
    'failed',
    [bad('server', 'failed', 'container app exits with code 1')],
    'failed',
    'rollout-failed',
    'deployment/server did not roll out: container app exits with code 1',
  ],
  [
    'timed out',
    [bad('server', 'timed-out', 'not done in time, 0 of 1 updated')],
    'timed-out',
    'rollout-timed-out',
    'deployment/server did not roll out in time: not done in time, 0 of 1 updated',
  ],
  [
    'cannot be known',
    [bad('server', 'unknown', 'the API server does not answer, so nobody can tell')],
    'unknown',
    'rollout-unknown',
    'deployment/server is in an unknown state: the API server does not answer, so nobody can tell',
  ],
  [
    'was superseded',
    [bad('server', 'superseded', 'container app has the image app:3 now')],
    'superseded',
    'rollout-superseded',
    'deployment/server was superseded: container app has the image app:3 now',
  ],
  [
    'failed while others were waited for',
    [workloadFact('a', { outcome: rolloutOf('a', { result: 'unfinished' }) }), bad('b', 'failed', 'boom')],
    'failed',
    'rollout-failed',
    'deployment/b did not roll out: boom',
  ],
  [
    'failed in two of three',
    [bad('a', 'unknown', 'x'), bad('b', 'failed', 'boom'), workloadFact('c')],
    'failed',
    'rollout-failed',
    'deployment/b did not roll out: boom (and 1 more)',
  ],
] as const) {
  test(`a rollout that ${says}: ${result}`, () => {
    const outcome = outcomeOf({ workloads });
    assert.deepEqual([outcome.result, outcome.reason, outcome.verdict], [result, reason, verdict]);
    assert.notEqual(outcome.hint, undefined);
  });
}

for (const [says, kind, result, reason, verdict] of [
  ['a Job that failed', 'Job', 'failed', 'job-failed', 'job/x did not succeed: boom'],
  [
    'a custom resource that took too long',
    'Database',
    'timed-out',
    'rollout-timed-out',
    'database/x did not succeed in time: boom',
  ],
  [
    'pods that crashed later',
    'Deployment',
    'failed',
    'unstable',
    'deployment/x rolled out and did not stay well: boom',
  ],
  [
    'another image',
    'Deployment',
    'failed',
    'image-differs',
    'deployment/x rolled out, but not with the image that was deployed: boom',
  ],
] as const) {
  test(`the verdict of ${says}`, () => {
    const workload = { kind, namespace: 'shop', name: 'x' };
    const outcome = { ...badRollout('x', result, 'boom'), workload, reason };
    assert.equal(outcomeOf({ workloads: [workloadFact('x', { workload, outcome })] }).verdict, verdict);
  });
}

test('the reason and the hint are those of the worst rollout', () => {
  const crashed = badRollout('b', 'failed', 'boom', { hint: 'Mend it.' });
  const outcome = outcomeOf({
    workloads: [bad('a', 'unknown', 'x'), workloadFact('b', { outcome: { ...crashed, reason: 'container-crashed' } })],
  });
  assert.deepEqual([outcome.reason, outcome.hint], ['container-crashed', 'Mend it.']);
});

test('each rollout that went wrong is an annotation with its own reason at its own place', () => {
  const place = { file: 'k8s/a.yaml', line: 17 };
  const crashed = badRollout('a', 'failed', 'boom', { hint: 'Mend it.' });
  const outcome = outcomeOf({
    workloads: [
      workloadFact('a', { outcome: { ...crashed, reason: 'container-crashed' }, place }),
      bad('b', 'timed-out', 'late'),
      workloadFact('c'),
      workloadFact('d', { outcome: rolloutOf('d', { result: 'unfinished' }) }),
    ],
  });
  const [first, second, ...more] = annotationsOf(outcome);
  assert.deepEqual(first, {
    level: 'error',
    title: 'k8s-deploy: container-crashed',
    message: 'deployment/a did not roll out: boom. Mend it.',
    ...place,
  });
  assert.deepEqual([second?.title, second?.file, more], ['k8s-deploy: rollout-timed-out', undefined, []]);
});

test('problems that were found together are annotations with their own reasons', () => {
  const failure = failureOfFindings(
    [
      { code: 'reference-missing', problem: { message: 'one', file: 'k8s/a.yaml', line: 3 } },
      { code: 'image-not-found', problem: { message: 'other', file: 'k8s/b.yaml', line: 4 } },
    ],
    'before anything was changed',
  );
  const outcome = concludeError(failure, NO_FACTS);
  assert.equal(outcome.reason, 'reference-missing');
  assert.deepEqual(
    annotationsOf(outcome).map(({ title, file, line }) => `${title} ${file}:${line}`),
    ['k8s-deploy: reference-missing k8s/a.yaml:3', 'k8s-deploy: image-not-found k8s/b.yaml:4'],
  );
});

test('what later waves would have changed is named in the hint, ten of them at most', () => {
  const failed = outcomeOf({
    workloads: [workloadFact('server', { outcome: badRollout('server', 'failed', 'it crashes') })],
  });
  const names = Array.from({ length: 12 }, (_, index) => `ConfigMap/c${index} in shop`);
  assert.equal(withUnapplied(failed, []), failed);
  assert.equal(
    withUnapplied(failed, names.slice(0, 2)).hint,
    `${failed.hint ?? ''} Not applied, since what comes before failed: ConfigMap/c0 in shop, ConfigMap/c1 in shop.`,
  );
  assert.match(withUnapplied(failed, names).hint ?? '', /ConfigMap\/c9 in shop and 2 more\.$/);
});

test('a failure of the user is told in its own words', () => {
  const outcome = concludeError(
    new DeployError('push-refused', 'The registry did not take it', { hint: 'Log in.' }),
    factsOf(),
  );
  assert.deepEqual(
    [outcome.result, outcome.reason, outcome.verdict, outcome.hint, outcome.stack],
    ['failed', 'push-refused', 'The registry did not take it', 'Log in.', undefined],
  );
});

test('a cancelled run is cancelled, not failed', () => {
  assert.equal(concludeError(new DeployError('cancelled', 'stop'), factsOf()).result, 'cancelled');
});

test('a bug of ours says so, with a stack that has no line of source in it', () => {
  const error = new TypeError('x is not a function');
  error.stack = `${'bundle '.repeat(1000)}\nTypeError: x is not a function\n    at run (${'y'.repeat(900)})\n    at main`;
  const outcome = concludeError(error, NO_FACTS);
  assert.deepEqual(
    [outcome.reason, outcome.verdict],
    ['internal', 'This is a defect of k8s-deploy: x is not a function'],
  );
  const lines = (outcome.stack ?? '').split('\n');
  assert.ok(lines.length === 2 && lines.every((line) => line.startsWith('    at ') && line.length <= 300));
  assert.equal(concludeError('text', NO_FACTS).verdict, 'This is a defect of k8s-deploy: text');
});

const outputs = (outcome: Outcome): Record<string, string> =>
  Object.fromEntries(outputsOf(outcome).map(({ name, value }) => [name, value]));

test('outputs of a success', () => {
  const { workloads = '', ...others } = outputs(outcomeOf());
  assert.deepEqual(others, {
    image: `ghcr.io/org/app:${SHA}@${DIGEST}`,
    images: `ghcr.io/org/app:${SHA}@${DIGEST}`,
    tag: SHA,
    digest: DIGEST,
    sha: SHA,
    result: 'succeeded',
    reason: '',
    changed: 'true',
    'plan-hash': '',
    'rolled-back': 'false',
    url: '',
    namespace: '',
    matrix: '',
    deploys: '',
    removed: '[]',
    report: '',
  });
  assert.deepEqual(JSON.parse(workloads), [
    { kind: 'Deployment', namespace: 'shop', name: 'server', change: 'new revision', result: 'succeeded' },
  ]);
});

test('every output is set, however early the run ended', () => {
  const all = outputs(concludeError(new DeployError('input-invalid', 'x'), NO_FACTS));
  assert.deepEqual(Object.keys(all).toSorted(), Object.keys(OUTPUTS).toSorted());
  assert.deepEqual(
    [all['result'], all['reason'], all['changed'], all['workloads'], all['image']],
    ['failed', 'input-invalid', 'false', '[]', ''],
  );
});

test('a plan that was never started has changed nothing', () => {
  const failed = concludeError(new DeployError('apply-failed', 'x'), factsOf({ hasChanged: false }));
  assert.equal(outputs(failed)['changed'], 'false');
  const workloads = outputs(
    concludeError(
      new DeployError('cancelled', 'x'),
      factsOf({ workloads: [workloadFact('a', { outcome: undefined })] }),
    ),
  )['workloads'];
  assert.match(workloads ?? '', /"result":"not-started"/);
});

test('`changed` of a plan says whether something would change; a deploy that is not what was approved changed nothing', () => {
  const facts = factsOf({ hasChanged: false, plan: planOf({ diffs: [diffOf('change', 'a')] }) });
  const refused = concludeError(new DeployError('plan-changed', 'x'), facts);
  assert.deepEqual(
    [concludePlan(facts, false), concludePlan(facts, true), refused].map((outcome) => outputs(outcome)['changed']),
    ['true', 'true', 'false'],
  );
  assert.deepEqual(
    [facts, factsOf({ hasChanged: false, plan: planOf() })].map((one) => concludePlan(one, true).reason),
    ['changes-found', undefined],
  );
});

test('a success has no annotation, a failure one with the hint', () => {
  assert.deepEqual(annotationsOf(outcomeOf()), []);
  const outcome = concludeError(new DeployError('push-refused', 'No.', { hint: 'Log in.' }), NO_FACTS);
  assert.deepEqual(annotationsOf(outcome), [
    { level: 'error', title: 'k8s-deploy: push-refused', message: 'No. Log in.' },
  ]);
});

test('each problem is an annotation at its place, and a path in it stays as it is', () => {
  const problems = [{ message: '"../k8s" does not exist', hint: 'Look.', file: 'k8s/a.yaml', line: 3 }];
  const outcome = concludeError(failureOf('manifest-not-found', problems, 'x'), NO_FACTS);
  assert.deepEqual(annotationsOf(outcome), [
    {
      level: 'error',
      title: 'k8s-deploy: manifest-not-found',
      message: '"../k8s" does not exist. Look.',
      file: 'k8s/a.yaml',
      line: 3,
    },
  ]);
});

for (const [count, shown, last] of [
  [10, 10, 'problem 10'],
  [11, 10, 'and 2 more problems; the log has them all'],
  [50, 10, 'and 41 more problems; the log has them all'],
] as const) {
  test(`of ${count} problems ${shown} annotations are made, more the runner would not show`, () => {
    const problems = Array.from({ length: count }, (_, index) => ({ message: `problem ${index + 1}` }));
    const annotations = annotationsOf(concludeError(failureOf('input-invalid', problems, 'x'), NO_FACTS));
    assert.deepEqual([annotations.length, annotations.at(-1)?.message], [shown, last]);
  });
}

test('concluding without any workload is a success of the build', () => {
  assert.equal(concludeRollouts({ ...NO_FACTS, sha: SHA }).verdict, 'Built and pushed the image of abcdef0');
});

test('a preview that was removed, or has lost what was in it, is a change; one that would be removed, was gone or stays is none', () => {
  const removal = { namespace: 'shop-pr-7', app: 'shop', pullRequest: 7, why: 'closed', detail: undefined } as const;
  const changed = (outcome: RemovalFact['outcome'], hasChanged = true): string | undefined =>
    outputs(concludeRemovals(factsOf({ hasChanged, workloads: [], objects: [], removals: [{ ...removal, outcome }] })))[
      'changed'
    ];
  assert.deepEqual([changed('removed'), changed('stuck')], ['true', 'true']);
  assert.deepEqual(
    [changed('kept'), changed('gone'), changed('would-be-removed', false), changed('stuck', false)],
    ['false', 'false', 'false', 'false'],
  );
});
