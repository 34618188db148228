import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { generationOf } from '../support/cluster.ts';
import { app, NEVER_READY, ROLLBACK_CASES, type RollbackCase } from '../support/rollback-cases.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import { kubeconfigOf, upstreamOf } from '../support/fault-proxy-kubeconfig.ts';
import { openPlace, scaled, type Place, type State } from '../support/rollback-scene.ts';
import { openScene, type Deploy, type Scene } from '../support/scene.ts';
import { configMapText, documents } from '../support/workload-text.ts';

/** What is put back after deploys that fail, and when nothing is. Each case has a namespace of its own, and some run side by side. */

let scene: Scene;
before(async () => {
  scene = await openScene('rollback');
});
after(async () => scene.close());

const ROLL_OUT = '::group::Roll out';

const said = ({ exitCode, outputs }: Deploy): readonly unknown[] => [
  exitCode,
  outputs['result'],
  outputs['reason'],
  outputs['rolled-back'],
];

/** Another version of the same, that works too. */
const next = (manifests: string): string => manifests.replaceAll('sleep 2147483647', 'sleep 2147483646');

async function begin(place: Place, { prepare, good, isAppliedByKubectl = false }: RollbackCase): Promise<State> {
  await prepare?.(place.cluster);
  if (isAppliedByKubectl) {
    await place.cluster.kubectl(['apply', '--filename=-'], { input: good });
    await place.cluster.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  } else {
    await place.deployWell(good);
  }
  return place.state();
}

/** It grows with each change of the spec. */
async function generationIn({ cluster }: Place, { untouched }: RollbackCase): Promise<number | undefined> {
  return untouched === undefined ? undefined : generationOf(await cluster.get(untouched));
}

async function deployBroken(
  place: Place,
  { broken, inputs = {}, files = {}, meanwhile }: RollbackCase,
): Promise<Deploy> {
  for (const [file, text] of Object.entries(files)) {
    scene.write(file, text);
  }
  const registry = scene.lab.env['REGISTRY'] ?? '';
  return place.deploy(broken, {
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [name, value.replace('${REGISTRY}', registry)]),
    ),
    ...(meanwhile === undefined ? {} : { meanwhile: { atText: ROLL_OUT, act: async () => meanwhile(place.cluster) } }),
  });
}

describe(
  'a deploy that fails is rolled back, objects and pods, and the next good one works:',
  { concurrency: 4 },
  () => {
    for (const one of ROLLBACK_CASES) {
      test(one.name, async () => {
        const place = await openPlace(scene);
        const begun = await begin(place, one);
        assert.ok(begun.serving.length > 0 && begun.serving.every((line) => line.endsWith(' ready')));
        const expected = one.scaledTo === undefined ? begun : scaled(begun, 'Deployment/web', one.scaledTo);

        const generation = await generationIn(place, one);

        const deploy = await deployBroken(place, one);

        assert.deepEqual(said(deploy), [1, one.result ?? 'failed', one.reason, 'true'], deploy.log);
        assert.match(deploy.log, /everything is rolled back/);
        for (const words of one.says ?? []) {
          assert.match(deploy.log, words);
        }
        await place.assertState(expected, deploy.log);
        assert.equal(await generationIn(place, one), generation);
        await place.deployWell(next(one.good));
      });
    }
  },
);

const GOOD = documents(configMapText('settings', { MODE: 'good' }), app({ settings: 'settings' }));
const BROKEN = documents(
  configMapText('settings', { MODE: 'broken' }),
  app({ settings: 'settings', env: { STEP: '2' } }),
);
const STUCK = documents(
  configMapText('settings', { MODE: 'fine' }),
  app({ settings: 'settings', env: { STEP: '2' }, container: NEVER_READY }),
);

async function openGoodPlace(): Promise<{ readonly place: Place; readonly good: State }> {
  const place = await openPlace(scene);
  await place.deployWell(GOOD);
  return { place, good: await place.state() };
}

describe('not everything is put back:', { concurrency: 4 }, () => {
  test('keep, the default, leaves the broken state', async () => {
    const { place, good } = await openGoodPlace();

    const deploy = await place.deploy(BROKEN, { inputs: { 'on-failure': '' } });

    assert.deepEqual(said(deploy), [1, 'failed', 'container-crashed', 'false'], deploy.log);
    assert.doesNotMatch(deploy.log, /Roll back/);
    const left = await place.state();
    assert.deepEqual(left.contents['ConfigMap/settings']?.['data'], { MODE: 'broken' });
    assert.notDeepEqual(left.contents['Deployment/web'], good.contents['Deployment/web']);
    await place.deployWell(next(GOOD));
  });

  test('a first deploy is left as it is, and it is said how it would be deleted', async () => {
    const place = await openPlace(scene);

    const deploy = await place.deploy(BROKEN);

    assert.deepEqual(said(deploy), [1, 'failed', 'container-crashed', 'false'], deploy.log);
    assert.match(deploy.log, /left as it is: Deployment\/web .*on-failure: rollback-or-delete would delete it/);
    assert.deepEqual(Object.keys((await place.state()).contents).toSorted(), ['ConfigMap/settings', 'Deployment/web']);
    await place.deployWell(GOOD);
  });

  test('with rollback-or-delete a first deploy is deleted', async () => {
    const place = await openPlace(scene);

    const deploy = await place.deploy(BROKEN, { inputs: { 'on-failure': 'rollback-or-delete' } });

    assert.deepEqual(said(deploy), [1, 'failed', 'container-crashed', 'true'], deploy.log);
    await place.assertState({ contents: {}, serving: [] }, deploy.log);
    await place.deployWell(GOOD);
  });

  test('what somebody else has changed since is left alone and said, the rest is put back', async () => {
    const { place, good } = await openGoodPlace();
    const patch = JSON.stringify({ data: { MODE: 'theirs' } });

    const deploy = await place.deploy(STUCK, {
      inputs: { timeout: '15s' },
      meanwhile: {
        atText: ROLL_OUT,
        act: async () => place.cluster.kubectl(['patch', 'configmap/settings', `--patch=${patch}`]),
      },
    });

    assert.deepEqual(said(deploy), [1, 'timed-out', 'rollout-timed-out', 'partly'], deploy.log);
    assert.match(deploy.log, /left as it is: ConfigMap\/settings .*: kubectl-patch has changed it since/);
    const settings = { ...good.contents['ConfigMap/settings'], data: { MODE: 'theirs' } };
    await place.assertState({ ...good, contents: { ...good.contents, 'ConfigMap/settings': settings } }, deploy.log);
    await place.deployWell(next(GOOD));
  });

  test('a previous state that was not well either is put back, and that is said', async () => {
    const { place } = await openGoodPlace();
    await place.deploy(BROKEN, { inputs: { 'on-failure': 'keep' } });
    const { contents } = await place.state();

    const deploy = await place.deploy(BROKEN.replace('"STEP",', '"STEPS",'));

    assert.deepEqual(said(deploy), [1, 'failed', 'container-crashed', 'partly'], deploy.log);
    assert.match(deploy.log, /Deployment\/web \S+ \S+ was not well before the deploy either/);
    assert.match(deploy.log, /deployment\/web: the previous revision does not run: /);
    assert.deepEqual((await place.state()).contents, contents);
    await place.deployWell(next(GOOD));
  });
});

describe('nothing is rolled back when nobody knows that the deploy has failed:', { concurrency: 4 }, () => {
  test('an API server that is not there any more', async () => {
    const { place } = await openGoodPlace();
    const proxy = await openFaultProxy({ upstream: upstreamOf(scene.kubeconfig) });

    const deploy = await place.deploy(STUCK, {
      inputs: { kubeconfig: kubeconfigOf(proxy), timeout: '15s' },
      meanwhile: { atText: 'deployment/web: ', act: async () => proxy.close() },
    });

    assert.deepEqual(said(deploy), [1, 'unknown', 'rollout-unknown', 'false'], deploy.log);
    assert.doesNotMatch(deploy.log, /Roll back/);
    assert.deepEqual((await place.state()).contents['ConfigMap/settings']?.['data'], { MODE: 'fine' });
  });

  test('a newer deploy that came over it', async () => {
    const { place } = await openGoodPlace();
    const newer = GOOD.replace('busybox:1', 'node:24-slim');

    const deploy = await place.deploy(STUCK, {
      meanwhile: { atText: 'deployment/web: ', act: async () => place.deployWell(newer) },
    });

    assert.deepEqual(said(deploy), [1, 'superseded', 'rollout-superseded', 'false'], deploy.log);
    assert.doesNotMatch(deploy.log, /Roll back/);
    const { contents, serving } = await place.state();
    assert.deepEqual(contents['ConfigMap/settings']?.['data'], { MODE: 'good' });
    assert.match(serving.join(), /^web \S+ node:24-slim ready$/);
  });

  test('a run that is cancelled', async () => {
    const { place } = await openGoodPlace();

    const deploy = await place.deploy(STUCK, { signal: { name: 'SIGINT', atText: ROLL_OUT } });

    assert.deepEqual(said(deploy), [1, 'cancelled', 'cancelled', 'false'], deploy.log);
    assert.doesNotMatch(deploy.log, /Roll back/);
    assert.deepEqual((await place.state()).contents['ConfigMap/settings']?.['data'], { MODE: 'fine' });
  });
});

describe('a run that is stopped with `on-cancel: rollback` is undone by the post step:', { concurrency: 4 }, () => {
  for (const { name, signal, inputs, manifests } of [
    {
      name: 'cancelled while it rolls out',
      signal: { name: 'SIGINT', atText: ROLL_OUT },
      inputs: {},
      manifests: STUCK,
    },
    { name: 'killed while it rolls out', signal: { name: 'SIGKILL', atText: ROLL_OUT }, inputs: {}, manifests: STUCK },
    {
      name: 'cancelled while it rolls back',
      signal: { name: 'SIGINT', atText: '::group::Roll back' },
      inputs: { 'on-failure': 'rollback' },
      manifests: BROKEN,
    },
    {
      name: 'killed between its changes',
      signal: { name: 'SIGKILL', atText: 'configmap/settings serverside-applied' },
      inputs: {},
      manifests: STUCK,
    },
  ] as const) {
    test(name, async () => {
      const { place, good } = await openGoodPlace();

      const deploy = await place.deploy(manifests, {
        signal,
        inputs: { 'on-failure': 'keep', 'on-cancel': 'rollback', ...inputs },
      });
      // The runner itself ends what outlives a step (RUNNER_TRACKING_ID); here nobody else does.
      deploy.survivors.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));

      assert.equal(deploy.exitCode, 1, deploy.log);
      assert.equal(deploy.outputs['result'], signal.name === 'SIGKILL' ? undefined : 'cancelled', deploy.log);
      assert.match(deploy.log, /The run was cancelled; everything is rolled back/);
      assert.deepEqual(deploy.leftovers, []);
      await place.assertState(good, deploy.log);
      await place.deployWell(next(GOOD));
    });
  }

  test('but not a run that failed by itself and was told to keep what is there', async () => {
    const { place } = await openGoodPlace();

    const deploy = await place.deploy(BROKEN, { inputs: { 'on-failure': 'keep', 'on-cancel': 'rollback' } });

    assert.deepEqual(said(deploy), [1, 'failed', 'container-crashed', 'false'], deploy.log);
    assert.doesNotMatch(deploy.log, /[Rr]oll(ed)? back/);
    assert.deepEqual((await place.state()).contents['ConfigMap/settings']?.['data'], { MODE: 'broken' });
  });
});

test('none of these runs left a process, a file, or a secret in a log, a summary, an output or a command', () => {
  scene.assertNothingLeft();
});
