import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange } from '../../../src/apply/change.ts';
import type { PlannedApply } from '../../../src/apply/check.ts';
import { workloadOf } from '../../../src/apply/restart.ts';
import { workloadFacts } from '../../../src/report/planned-facts.ts';
import { plannedRows } from '../../../src/report/planned-rows.ts';
import type { WorkloadOutcome } from '../../../src/rollout/outcome.ts';
import { manifestsOf, targetOf } from '../../support/manifests.ts';
import { badRollout, rolloutOf } from '../../support/outcomes.ts';

const YAML = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: server
spec:
  template:
    spec:
      initContainers:
        - name: migrate
          image: app:1
      containers:
        - image: proxy:1
          name: proxy
        - name: server
          image: app:1
---
apiVersion: batch/v1
kind: Job
metadata:
  labels: {}
  name: seed
spec:
  template:
    spec:
      containers:
        - name: seed
          image: app:1
---
apiVersion: example.com/v1
kind: Database
metadata:
  name: db
`;

async function planned(): Promise<PlannedApply> {
  const changes = (await manifestsOf(YAML)).map((manifest) => planChange(targetOf(manifest), undefined, undefined));
  const workloads = changes.map(workloadOf).filter((workload) => workload !== undefined);
  return { changes, preDeploy: [], images: [], restarts: [], owed: [], postponed: [], workloads, notes: [] };
}

const named = (kind: string, name: string, outcome: WorkloadOutcome): WorkloadOutcome => ({
  ...outcome,
  workload: { kind, namespace: 'shop', name },
});

for (const [says, container, line] of [
  ['the container to blame', 'server', 14],
  ['a container whose name is not its first field', 'proxy', 12],
  ['an init container', 'migrate', 9],
  ['the object, when no container is known', undefined, 4],
  ['the object, when the container is not in the manifest', 'injected', 4],
] as const) {
  test(`a rollout that went wrong is shown at the line of ${says}`, async () => {
    const [server] = workloadFacts(plannedRows(await planned()), [badRollout('server', 'failed', 'x', { container })]);
    assert.deepEqual(server?.place, { file: 'k8s/app.yaml', line });
  });
}

test('Jobs, Pods and custom resources that were waited for have rows of their own, at their own lines', async () => {
  const outcomes = [
    rolloutOf('server'),
    named('Job', 'seed', badRollout('seed', 'failed', 'x', { container: 'seed' })),
    named('Database', 'db', rolloutOf('db')),
    named('Pod', 'elsewhere', rolloutOf('elsewhere')),
  ];
  assert.deepEqual(
    workloadFacts(plannedRows(await planned()), outcomes).map(({ workload, change, outcome, place }) => [
      `${workload.kind}/${workload.name}`,
      change,
      outcome?.result,
      place?.line,
    ]),
    [
      ['Deployment/server', 'created', 'succeeded', 4],
      ['Job/seed', 'created', 'failed', 26],
      ['Database/db', 'created', 'succeeded', 32],
      ['Pod/elsewhere', 'unchanged', 'succeeded', undefined],
    ],
  );
});

test('without outcomes the rows are those of the plan', async () => {
  assert.deepEqual(
    workloadFacts(plannedRows(await planned()), []).map(({ workload, outcome }) => [workload.name, outcome]),
    [['server', undefined]],
  );
});
