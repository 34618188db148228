import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFaultProxy, type FaultProxy, type FaultProxyOptions } from '../support/fault-proxy.ts';
import { execUser, kubeconfigOf, upstreamOf } from '../support/fault-proxy-kubeconfig.ts';
import { canStopApi } from '../support/can-stop-api.ts';
import { openScene, type Deploy, type Scene, type Wish } from '../support/scene.ts';
import { workloadText } from '../support/workload-text.ts';

/** An API server that is there and behaves badly, or is away for longer than anybody waits. */

let scene: Scene;
before(async () => {
  scene = await openScene('faults');
});
after(async () => scene.close());

const ROLL_OUT = '::group::Roll out';

/** Deploys a Deployment whose container is ready after so many seconds. */
function deploySlowly(name: string, readySeconds: number, wish: Wish): Promise<Deploy> {
  const readinessProbe = { exec: { command: ['true'] }, initialDelaySeconds: readySeconds, periodSeconds: 1 };
  scene.write(`${name}.yaml`, workloadText({ name, containers: [{ readinessProbe }] }));
  return scene.deploy({ ...wish, inputs: { manifests: `${name}.yaml`, ...wish.inputs } });
}

async function proxyFor(context: TestContext, options: Omit<FaultProxyOptions, 'upstream'> = {}): Promise<FaultProxy> {
  const proxy = await openFaultProxy({ ...options, upstream: upstreamOf(scene.kubeconfig) });
  context.after(async () => proxy.close());
  return proxy;
}

function assertGreen(deploy: Deploy): void {
  assert.deepEqual([deploy.outputs['result'], deploy.exitCode], ['succeeded', 0], deploy.log);
}

test('watches that are told again and again that their version is too old: the run ends green, without a storm of requests', async (context) => {
  const proxy = await proxyFor(context);
  const act = async (): Promise<void> => {
    await sleep(1000);
    proxy.inject({ kind: 'expired', times: 8 });
    proxy.inject({ kind: 'status', of: 'watch', status: 410, times: 8 });
    proxy.inject({ kind: 'end' });
  };
  const deploy = await deploySlowly('expired', 8, {
    inputs: { kubeconfig: kubeconfigOf(proxy) },
    meanwhile: { atText: ROLL_OUT, act },
  });

  assertGreen(deploy);
  const { total } = proxy.traffic();
  assert.ok(total < 150, `${total} requests`);
});

test('lines that are no JSON, and connections that break in the middle of one: the run ends green', async (context) => {
  const proxy = await proxyFor(context);
  const act = async (): Promise<void> => {
    for (const kind of ['garbage', 'cut', 'garbage', 'cut'] as const) {
      await sleep(1000);
      proxy.inject({ kind });
    }
  };
  const deploy = await deploySlowly('garbage', 8, {
    inputs: { kubeconfig: kubeconfigOf(proxy) },
    meanwhile: { atText: ROLL_OUT, act },
  });

  assertGreen(deploy);
});

test('an API server that has too much to do (429, 500, 503): the run waits as it is told, and ends green', async (context) => {
  const proxy = await proxyFor(context);
  const act = async (): Promise<void> => {
    await sleep(1000);
    proxy.inject({ kind: 'status', of: 'watch', status: 429, times: 4, retryAfterSeconds: 1 });
    proxy.inject({ kind: 'status', of: 'list', status: 500, times: 2 });
    proxy.inject({ kind: 'status', of: 'get', status: 503, times: 2 });
    proxy.inject({ kind: 'cut' });
    await Promise.resolve();
  };
  const deploy = await deploySlowly('overloaded', 8, {
    inputs: { kubeconfig: kubeconfigOf(proxy) },
    meanwhile: { atText: ROLL_OUT, act },
  });

  assertGreen(deploy);
});

test('a token that expires in the middle of the rollout is fetched anew from the exec plugin, and the run ends green', async (context) => {
  const proxy = await proxyFor(context, { tokenSeconds: 5 });
  const log = join(scene.noPrograms, '..', 'exec-plugin.log');
  const act = async (): Promise<void> => {
    // Authentication is checked when a watch begins: only a new one meets the end of the token.
    await sleep(7000);
    proxy.inject({ kind: 'end' });
  };
  const deploy = await deploySlowly('expiring', 12, {
    inputs: { kubeconfig: kubeconfigOf(proxy, execUser(log)) },
    meanwhile: { atText: ROLL_OUT, act },
  });

  assertGreen(deploy);
  assert.ok(readFileSync(log, 'utf8').split('\n').length > 2, 'the plugin was asked more than once');
});

test('an API server that is stopped for 20 s and says nothing (SIGSTOP): the run ends green', async (context) => {
  if (!canStopApi(context, scene.lab)) {
    return;
  }
  const deploy = await deploySlowly('suspended', 6, { meanwhile: { atText: ROLL_OUT, act: suspendApi } });

  assertGreen(deploy);
});

test('an API server that is away for longer than the budget: `unknown`, not green, and nothing more is changed', async (context) => {
  if (!canStopApi(context, scene.lab)) {
    return;
  }
  try {
    const deploy = await deploySlowly('abandoned', 1000, {
      meanwhile: { atText: ROLL_OUT, act: async () => scene.lab.fault(['api', 'stop']) },
      longestSeconds: 240,
    });

    assert.deepEqual(
      [deploy.outputs['result'], deploy.outputs['reason'], deploy.exitCode],
      ['unknown', 'rollout-unknown', 1],
      deploy.log,
    );
    assert.equal(deploy.changes.length, 1, deploy.changes.join('\n'));
  } finally {
    await scene.lab.fault(['api', 'start']);
    await settle();
  }
});

/** Controllers need a while to find back to an API server that was away: whoever comes next shall not notice. */
async function settle(): Promise<void> {
  await scene.cluster.kubectl(['create', 'deployment', 'settled', '--image=busybox:1', '--', 'sleep', '2147483647']);
  await scene.cluster.kubectl(['rollout', 'status', 'deployment/settled', '--timeout=120s']);
}

async function suspendApi(): Promise<void> {
  await scene.lab.fault(['api', 'suspend']);
  await sleep(20_000);
  await scene.lab.fault(['api', 'continue']);
}

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
