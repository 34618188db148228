import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { workloadText, type ContainerText } from '../support/workload-text.ts';
import { canStopApi } from '../support/can-stop-api.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';

/** An API server that goes away. Controllers need a while to find back to it, so this file comes last and its order counts. */

let scene: Scene;
before(async () => {
  scene = await openScene('unreachable');
});
after(async () => scene.close());

const OUTAGE_MILLISECONDS = 2000;

function deployOne(name: string, container: ContainerText, wish: Wish): Promise<Deploy> {
  scene.write(`${name}.yaml`, workloadText({ name, containers: [container] }));
  return scene.deploy({ ...wish, inputs: { manifests: `${name}.yaml`, ...wish.inputs } });
}

const outage = async (): Promise<void> => {
  await scene.lab.fault(['api', 'stop']);
  await sleep(OUTAGE_MILLISECONDS);
  await scene.lab.fault(['api', 'start']);
};

test('an API server that is away in the middle of a rollout is waited for, and the run ends green', async (context) => {
  if (!canStopApi(context, scene.lab)) {
    return;
  }
  const slowStart: ContainerText = {
    command: ['sh', '-c', 'sleep 5; touch /tmp/ready; sleep 2147483647'],
    readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1, failureThreshold: 30 },
  };
  const deploy = await deployOne('patient', slowStart, {
    meanwhile: { atText: 'updated replicas available', act: outage },
  });

  assert.equal(deploy.exitCode, 0, deploy.log);
  assert.match(deploy.log, /deployment\/patient: the API server does not answer, waiting for it/);
  assert.equal(deploy.outputs['result'], 'succeeded');
});

test('an API server that does not come back makes the outcome `unknown`, neither green nor failed', async (context) => {
  if (!canStopApi(context, scene.lab)) {
    return;
  }
  const neverReady: ContainerText = { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } };
  const meanwhile = { atText: 'updated replicas available', act: () => scene.lab.fault(['api', 'stop']) };
  try {
    const deploy = await deployOne('orphaned', neverReady, { meanwhile, inputs: { timeout: '4s' } });

    assert.equal(deploy.exitCode, 1);
    assert.deepEqual([deploy.outputs['result'], deploy.outputs['reason']], ['unknown', 'rollout-unknown'], deploy.log);
    assert.ok(deploy.seconds < 20, `${deploy.seconds} s`);
  } finally {
    await scene.lab.fault(['api', 'start']);
  }
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
