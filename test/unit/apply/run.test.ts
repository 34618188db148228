import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planChange, type ChangeKind, type PlannedChange } from '../../../src/apply/change.ts';
import type { PlannedApply } from '../../../src/apply/check.ts';
import { planBatches } from '../../../src/apply/order.ts';
import { applyBatch, finishChanges, prepareChanges } from '../../../src/apply/run.ts';
import { DeployError } from '../../../src/errors.ts';
import type { Command, CommandResult } from '../../../src/ports.ts';
import { fakeApi, type ApiAnswers } from '../../support/fake-api.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';
import { failureOfWork } from '../../support/failures.ts';
import { manifestOf, targetOf } from '../../support/manifests.ts';

const ORIGIN = { commit: 'c0ffee', repository: 'org/shop', runUrl: 'https://example.com/run/7' };
const WORKLOAD = { kind: 'Deployment', namespace: 'shop', name: 'server' } as const;
const OWED = { workload: WORKLOAD, because: 'ConfigMap/config' } as const;
const NOTHING: PlannedApply = {
  changes: [],
  preDeploy: [],
  images: [],
  restarts: [],
  owed: [],
  postponed: [],
  workloads: [],
  notes: [],
};

async function change(apiVersion: string, kind: string, name: string, is: ChangeKind = 'created') {
  const target = targetOf(await manifestOf(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n`));
  const live = is === 'created' ? undefined : { metadata: { name, resourceVersion: '1' } };
  return { ...planChange(target, live, undefined), kind: is };
}

type Given = {
  readonly changes?: readonly PlannedChange[];
  readonly answers?: ApiAnswers;
  readonly plan?: Partial<PlannedApply>;
  readonly result?: (command: Command) => Partial<CommandResult>;
};

function scene({ changes = [], answers = {}, plan = {}, result = () => ({}) }: Given) {
  const commands: Command[] = [];
  const clock = instantClock();
  const ports = fakePorts({
    clock,
    exec: {
      run: async (command) => {
        commands.push(command);
        return { exitCode: 0, stdout: '', stderr: '', timedOut: false, ...result(command) };
      },
    },
  });
  const context = {
    kubectl: { path: 'kubectl', kubeconfigPath: '', context: 'c' },
    api: fakeApi(answers),
    folder: '/private',
    ports,
    plan: { forceConflicts: false, origin: ORIGIN },
    images: [],
  };
  const planned = { ...NOTHING, changes, ...plan };
  return {
    commands,
    planned,
    clock,
    said: () => commands.map(({ args }) => args.filter((arg) => !arg.startsWith('-')).join(' ')),
    applied: () =>
      commands
        .filter(({ args }) => args.includes('apply'))
        .map(({ stdin = '' }) => [...stdin.matchAll(/"name":"([^"]+)"/g)].map(([, name]) => name)),
    applyAll: async () => {
      for (const batch of planBatches(changes)) {
        await applyBatch(batch, planned, context);
      }
    },
    prepare: async () => prepareChanges(planned, context),
    finish: async () => finishChanges(planned, context),
  };
}

test('objects are applied with the marks of this run, and unchanged ones are not', async () => {
  const changes = [await change('v1', 'ConfigMap', 'config'), await change('v1', 'Secret', 'same', 'unchanged')];
  const { applyAll, commands, applied } = scene({ changes, plan: { owed: [OWED] } });
  await applyAll();
  assert.deepEqual(applied(), [['config']]);
  assert.deepEqual(JSON.parse(commands[0]?.stdin ?? '').metadata.annotations, {
    'k8s-deploy/commit': 'c0ffee',
    'k8s-deploy/repository': 'org/shop',
    'k8s-deploy/run': 'https://example.com/run/7',
    'k8s-deploy/restart-due': 'deployment/server',
  });
});

const withImage = (image: string) => ({ metadata: { name: 'server' }, spec: { template: { image } } });
test('what gets a new revision by the apply is not restarted besides', async () => {
  const { target } = await change('apps/v1', 'Deployment', 'server');
  const restarts = [WORKLOAD, { ...WORKLOAD, name: 'worker' }].map((workload) => ({ workload, reason: 'x' }));
  const changes = [planChange(target, withImage('x:1'), withImage('x:2'))];
  const prepared = await scene({ changes, plan: { restarts } }).prepare();
  assert.deepEqual(
    prepared.restarts.map(({ workload }) => workload.name),
    ['worker'],
  );
});

test('nothing is run for a batch without changes', async () => {
  const { applyAll, commands } = scene({ changes: [await change('v1', 'Secret', 'same', 'unchanged')] });
  await applyAll();
  assert.deepEqual(commands, []);
});

test('a Job that is replaced is deleted first', async () => {
  const { applyAll, said } = scene({ changes: [await change('batch/v1', 'Job', 'migrate', 'replaced')] });
  await applyAll();
  assert.deepEqual(said(), ['delete jobs.batch/migrate', 'apply']);
});

const DEFINITION_PATH = '/apis/apiextensions.k8s.io/v1/namespaces/shop/customresourcedefinitions/things';
const definition = async () => [
  await change('v1', 'ConfigMap', 'config'),
  await change('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'things'),
  await change('v1', 'Namespace', 'shop'),
];

test('definitions are applied first and served before anything else is applied', async () => {
  const established = { status: { conditions: [{ type: 'Established', status: 'True' }] } };
  const { applyAll, applied } = scene({ changes: await definition(), answers: { [DEFINITION_PATH]: established } });
  await applyAll();
  assert.deepEqual(applied(), [['shop', 'things'], ['config']]);
});

test('a definition that is never served is named, with what is not applied', async () => {
  const { applyAll, applied, clock } = scene({
    changes: await definition(),
    answers: { [DEFINITION_PATH]: { status: { conditions: [{ type: 'Established', status: 'False' }] } } },
  });
  const { code, message } = await failureOfWork(applyAll);
  assert.equal(code, 'apply-failed');
  assert.match(message, /^CustomResourceDefinition\/things was applied, and the API server does not serve it/);
  assert.match(message, /Not applied: .*ConfigMap\/config/);
  assert.deepEqual([applied().length, clock.elapsed()], [1, 30_000]);
});

const stored = (more: object) => ({ metadata: { resourceVersion: '2', ...more } });
test('a failure tells what is applied of all batches, by the mark of this run', async () => {
  const annotations = { 'k8s-deploy/commit': ORIGIN.commit, 'k8s-deploy/run': ORIGIN.runUrl };
  const { applyAll } = scene({
    changes: [
      await change('v1', 'ConfigMap', 'config', 'configured'),
      await change('v1', 'Service', 'server', 'configured'),
      await change('apps/v1', 'Deployment', 'late'),
      await change('apps/v1', 'Deployment', 'same', 'unchanged'),
    ],
    answers: {
      '/api/v1/namespaces/shop/configmaps/config': stored({ annotations }),
      '/api/v1/namespaces/shop/services/server': stored({}),
    },
    plan: { restarts: [{ workload: WORKLOAD, reason: 'ConfigMap/config changed' }] },
    result: ({ stdin }) => (stdin?.includes('"Service"') === true ? { exitCode: 1, stderr: 'refused' } : {}),
  });
  const { message, hint } = await failureOfWork(applyAll);
  assert.match(message, /refused\. Applied: ConfigMap\/config\. Not applied: Service\/server, Deployment\/late$/);
  assert.match(hint ?? '', /Not restarted yet: deployment\/server\. The next run does that\./);
});

test('at the end images are set, workloads restarted, and then the marks of their restarts go', async () => {
  const changes = [await change('v1', 'ConfigMap', 'config')];
  const images = [
    {
      workload: { ...WORKLOAD, name: 'worker' },
      object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'worker' } },
      images: [{ container: 'a', before: 'x:1', after: 'x:2' }],
    },
  ];
  const restarts = [{ workload: WORKLOAD, reason: 'ConfigMap/config changed' }];
  const { finish, said } = scene({ changes, plan: { images, restarts, owed: [OWED] } });
  await finish();
  assert.deepEqual(said(), [
    'set image deployment/worker a=x:2',
    'rollout restart deployment/server',
    'annotate configmaps/config k8s-deploy/restart-due-',
  ]);
});

test('the mark stays when the restart fails: the next run does it', async () => {
  const { finish, said } = scene({
    changes: [await change('v1', 'ConfigMap', 'config')],
    plan: { restarts: [{ workload: WORKLOAD, reason: 'ConfigMap/config changed' }], owed: [OWED] },
    result: () => ({ exitCode: 1, stderr: 'refused' }),
  });
  const { hint } = await failureOfWork(finish);
  assert.match(hint ?? '', /The next run does that/);
  assert.deepEqual(said(), ['rollout restart deployment/server']);
});

test('a run that was stopped waits for no definition', async () => {
  const changes = await definition();
  const { planned } = scene({ changes });
  let asked = 0;
  const ports = fakePorts({
    exec: { run: async () => ({ exitCode: 0, stdout: '', stderr: '', timedOut: false }) },
    assertNotCancelled: () => {
      asked += 1;
      if (asked > 1) {
        throw new DeployError('cancelled', 'stopped');
      }
    },
  });
  const context = {
    kubectl: { path: 'kubectl', kubeconfigPath: '', context: 'c' },
    api: fakeApi({}),
    folder: '/private',
    ports,
    plan: { forceConflicts: false, origin: ORIGIN },
    images: [],
  };
  const [batch] = planBatches(changes);
  assert.ok(batch !== undefined);
  assert.equal((await failureOfWork(() => applyBatch(batch, planned, context))).code, 'cancelled');
});
