import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError, failureOf } from '../../../src/errors.ts';
import { NO_FACTS } from '../../../src/report/facts.ts';
import { jsonReport } from '../../../src/report/json-report.ts';
import { concludeError, type Outcome } from '../../../src/report/outcome.ts';
import { objectsAt, valueAt } from '../../../src/values/json.ts';
import { badRollout, DIGEST, outcomeOf, phaseFact, podGroup, SHA, workloadFact } from '../../support/outcomes.ts';

const read = (outcome: Outcome): unknown => JSON.parse(jsonReport(outcome));

test('the report of a failed rollout has everything that the summary has', () => {
  const timeline = [{ text: '0 of 1 updated', atSeconds: 0.5 }];
  const failed = badRollout('server', 'failed', 'boom', {
    hint: 'Mend it.',
    container: 'app',
    groups: [podGroup(['Error: x'], { events: ['BackOff: y'] })],
  });
  const report = read(
    outcomeOf({
      phases: [phaseFact('Apply', 0, 0.5)],
      workloads: [
        workloadFact('server', {
          outcome: { ...failed, reason: 'container-crashed', timeline },
          place: { file: 'k8s/a.yaml', line: 17 },
        }),
        workloadFact('web', { outcome: undefined }),
      ],
    }),
  );
  const verdict = 'deployment/server did not roll out: boom';
  assert.deepEqual(
    ['schemaVersion', 'result', 'reason', 'verdict', 'hint', 'changed', 'sha'].map((key) => valueAt(report, key)),
    [1, 'failed', 'container-crashed', verdict, 'Mend it.', true, SHA],
  );
  assert.deepEqual(valueAt(report, 'images'), [
    { reference: `ghcr.io/org/app:${SHA}@${DIGEST}`, tag: SHA, digest: DIGEST, isBuilt: false },
  ]);
  const [server, web] = objectsAt(report, 'workloads');
  assert.deepEqual(server, {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'server',
    change: 'new revision',
    because: null,
    images: [],
    result: 'failed',
    state: '0 of 1 updated',
    reason: 'container-crashed',
    cause: 'boom',
    hint: 'Mend it.',
    container: 'app',
    file: 'k8s/a.yaml',
    line: 17,
    seconds: 1.25,
    notes: [],
    groups: [
      {
        pods: ['server-1'],
        node: 'n1',
        phase: 'Running',
        condition: null,
        containers: [
          {
            container: 'app',
            isInit: false,
            image: 'ghcr.io/org/app:1',
            word: 'CrashLoopBackOff',
            message: null,
            exitCode: 1,
            exitMeaning: 'an error of the application',
            restarts: 2,
            probe: null,
            log: ['Error: x'],
            logMissing: null,
          },
        ],
        events: ['BackOff: y'],
        eventsMissing: null,
      },
    ],
    timeline,
  });
  assert.deepEqual([web?.['result'], web?.['cause'], web?.['file']], ['not-started', null, null]);
  assert.deepEqual(valueAt(report, 'phases'), [{ title: 'Apply', startSeconds: 0, seconds: 0.5, isFailed: false }]);
  assert.deepEqual(valueAt(report, 'problems'), [
    { message: verdict, hint: 'Mend it.', reason: 'container-crashed', file: 'k8s/a.yaml', line: 17 },
  ]);
});

test('the keys are the same however early a run ends', () => {
  const early = read(concludeError(failureOf('manifest-invalid', [{ message: 'one' }], 'x'), NO_FACTS));
  assert.deepEqual(Object.keys(Object(early)), Object.keys(Object(read(outcomeOf()))));
  assert.deepEqual(valueAt(early, 'problems'), [{ message: 'one', hint: null, reason: null, file: null, line: null }]);
});

test('a key that is not known is null and never left out, for programs that read it', () => {
  const report = read(concludeError(new DeployError('cancelled', 'stop'), NO_FACTS));
  assert.deepEqual([valueAt(report, 'hint'), valueAt(report, 'sha'), valueAt(report, 'changed')], [null, null, false]);
});
