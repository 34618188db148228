import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { workloadsOf } from '../support/runner.ts';
import { manifestText, workloadText } from '../support/workload-text.ts';

/** What is waited for beside workloads, and what is looked at after they are done. */

let scene: Scene;
before(async () => {
  scene = await openScene('waiting');
  await scene.cluster.kubectl(['apply', '--filename=-'], { input: DATABASE_DEFINITION });
  await scene.cluster.kubectl(['wait', '--for=condition=Established', `crd/${DATABASES}`]);
});
after(async () => {
  await scene.cluster.kubectl(['delete', 'crd', DATABASES, '--wait=false']);
  await scene.close();
});

const GROUP = 'waiting.example.org';
const DATABASES = `databases.${GROUP}`;
const DATABASE_DEFINITION = manifestText({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: DATABASES },
  spec: {
    group: GROUP,
    names: { kind: 'Database', plural: 'databases', singular: 'database' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

function deploy(name: string, text: string, wish: Wish = {}): Promise<Deploy> {
  scene.write(`${name}.yaml`, text);
  return scene.deploy({ ...wish, inputs: { manifests: `${name}.yaml`, timeout: '60s', ...wish.inputs } });
}

const said = ({ outputs }: Deploy): readonly (string | undefined)[] => [outputs['result'], outputs['reason']];

const job = (name: string, command: string): string =>
  manifestText({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'main', image: 'busybox:1', command: ['sh', '-c', command] }],
        },
      },
    },
  });

describe('Jobs and Pods', () => {
  test('a Job is waited for until it is complete', async () => {
    const step = await deploy('migrate', job('migrate', 'sleep 2'));

    assert.deepEqual(said(step), ['succeeded', ''], step.log);
    assert.equal(workloadsOf(step)['job/migrate']?.result, 'succeeded');
  });

  test('a Job that fails is red, with the last words of its container', async () => {
    const step = await deploy('broken', job('broken', 'echo "Error: column exists" >&2; exit 4'));

    assert.deepEqual(said(step), ['failed', 'job-failed'], step.log);
    assert.match(step.log, /failed: job\/broken did not succeed: .*Error: column exists/);
  });

  test('a Pod of its own is waited for until it is ready', async () => {
    const spec = {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'busybox:1', command: ['sleep', '999'] }],
    };
    const step = await deploy(
      'single',
      manifestText({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'single' }, spec }),
    );

    assert.deepEqual(said(step), ['succeeded', ''], step.log);
  });
});

const database = (name: string, annotations: Readonly<Record<string, string>> = {}): string =>
  manifestText({ apiVersion: `${GROUP}/v1`, kind: 'Database', metadata: { name, annotations }, spec: { size: 1 } });

/** What its controller would write, after a while. */
const statusLater = (name: string, status: object) => ({
  meanwhile: {
    atText: '::group::Roll out',
    act: async (): Promise<void> => {
      await sleep(1000);
      const patch = `--patch=${JSON.stringify({ status })}`;
      await scene.cluster.kubectl(['patch', DATABASES, name, '--subresource=status', '--type=merge', patch]);
    },
  },
});

describe('custom resources', () => {
  test('one is done when its condition Ready says so', async () => {
    const before = statusLater('first', { conditions: [{ type: 'Ready', status: 'False', message: 'creating' }] });
    await deploy('first', database('first'), { ...before, inputs: { timeout: '5s' } });
    const step = await deploy(
      'first',
      database('first'),
      statusLater('first', { conditions: [{ type: 'Ready', status: 'True' }] }),
    );

    assert.deepEqual(said(step), ['succeeded', ''], step.log);
    assert.match(step.log, /database\/first: is not ready.*creating/);
  });

  test('one that stalls is red, with the words of its controller', async () => {
    const stalled = {
      conditions: [
        { type: 'Stalled', status: 'True', message: 'no space left' },
        { type: 'Ready', status: 'False' },
      ],
    };
    const annotations = { 'k8s-deploy/ready-when': '{.status.phase}=Up' };
    await deploy('second', database('second', annotations), { inputs: { timeout: '3s' } });
    const step = await deploy('second', database('second'), statusLater('second', stalled));

    assert.deepEqual(said(step), ['failed', 'resource-stalled'], step.log);
    assert.match(step.log, /no space left/);
  });

  test('one can declare when it is done', async () => {
    const annotations = { 'k8s-deploy/ready-when': '{.status.phase}=Up' };
    const step = await deploy('third', database('third', annotations), statusLater('third', { phase: 'Up' }));

    assert.deepEqual(said(step), ['succeeded', ''], step.log);
    assert.match(step.log, /database\/third: waits for /);
  });

  test('an annotation that is not understood is an error before anything changes', async () => {
    const step = await deploy('fourth', database('fourth', { 'k8s-deploy/ready-when': '.status.phase == Up' }));

    assert.deepEqual([...said(step), step.changes], ['failed', 'manifest-invalid', []], step.log);
    assert.match(step.log, /fourth\.yaml:\d+: /);
  });
});

const setAnotherImage = (): Promise<unknown> =>
  scene.cluster.kubectl(['set', 'image', 'deployment/overtaken', 'main=busybox:1.36']);

describe('after the rollout', () => {
  const dying = workloadText({ name: 'dying', containers: [{ command: ['sh', '-c', 'sleep 6; exit 7'] }] });

  test('without soak an app that dies a little later is green, with a hint', async () => {
    const step = await deploy('dying', dying);

    assert.deepEqual(said(step), ['succeeded', ''], step.log);
    assert.match(step.log, /deployment\/dying: it has neither a readinessProbe nor minReadySeconds/);
  });

  test('with soak it is red', async () => {
    const step = await deploy('dying', dying.replaceAll('exit 7', 'exit 8'), { inputs: { soak: '20s' } });

    assert.deepEqual(said(step), ['failed', 'unstable'], step.log);
  });

  test('with soak an app that stays is green', async () => {
    const step = await deploy('staying', workloadText({ name: 'staying' }), { inputs: { soak: '6s' } });

    assert.deepEqual(said(step), ['succeeded', ''], step.log);
    assert.ok(step.seconds > 6, `${step.seconds} s`);
  });

  test('somebody sets another image in the middle: superseded', async () => {
    const slow = { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } };
    const step = await deploy('overtaken', workloadText({ name: 'overtaken', containers: [slow] }), {
      meanwhile: { atText: 'updated replicas available', act: setAnotherImage },
    });

    assert.deepEqual(said(step), ['superseded', 'rollout-superseded'], step.log);
    assert.match(step.log, /kubectl-set/);
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
