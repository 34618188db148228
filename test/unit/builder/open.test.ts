import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openBuilder } from '../../../src/builder/open.ts';
import { failureOfWork } from '../../support/failures.ts';
import { DEFAULT_ENGINE } from './fake-engine.ts';
import { BUILDX, FOLDER, planOf, USERS } from './plans.ts';
import { scene } from './scene.ts';

const CREATE = 'create --name k8s-deploy-77-1 --driver docker-container --bootstrap';
const USERS_BUILDX = { path: '/tools/buildx', env: { DOCKER_CONFIG: '/private/docker', BUILDX_CONFIG: USERS } };
const OWN_BUILDX = {
  path: '/tools/buildx',
  env: { DOCKER_CONFIG: '/private/docker', BUILDX_CONFIG: FOLDER, BUILDX_BUILDER: 'k8s-deploy-77-1' },
};
const ENGINE = { buildx: USERS_BUILDX, name: undefined, driver: 'docker', version: 'v0.8+unknown', isWhole: false };
const OWN = {
  buildx: OWN_BUILDX,
  name: 'k8s-deploy-77-1',
  driver: 'docker-container',
  version: 'v0.33.1',
  isWhole: true,
};

describe('auto takes what is there', () => {
  test('a container that an earlier step started and chose', async () => {
    const { buildx, ports } = scene();
    await buildx.addBuilder(USERS, 'mine', { driver: 'docker-container', isRunning: true, isCurrent: true });
    assert.deepEqual(await openBuilder(planOf(), BUILDX, ports), {
      buildx: USERS_BUILDX,
      name: undefined,
      driver: 'docker-container',
      version: 'v0.33.1',
      isWhole: true,
    });
    assert.deepEqual(buildx.commands, ['inspect']);
  });

  for (const driver of ['remote', 'kubernetes', 'cloud']) {
    test(`a chosen builder of the driver ${driver}, running or not: the build starts it`, async () => {
      const { buildx, ports } = scene();
      await buildx.addBuilder(USERS, 'farm', { driver, isCurrent: true });
      const { name, isWhole, version } = await openBuilder(planOf(), BUILDX, ports);
      assert.deepEqual([name, isWhole, version], [undefined, true, undefined]);
    });
  }

  test('the engine, without a container and told what it cannot do', async () => {
    const { buildx, ports, told, engine } = scene();
    assert.deepEqual(await openBuilder(planOf(), BUILDX, ports), ENGINE);
    assert.deepEqual(buildx.commands, ['inspect']);
    assert.equal(engine.containers.size, 0);
    assert.match(told('note').join(), /without the containerd image store/);
  });

  test('an engine with the containerd image store is a whole builder', async () => {
    const { ports, engine, told } = scene();
    engine.inspectedAsDefault = `${DEFAULT_ENGINE}Labels:\n org.mobyproject.buildkit.worker.snapshotter:          overlayfs\n`;
    assert.equal((await openBuilder(planOf(), BUILDX, ports)).isWhole, true);
    assert.deepEqual(told('note'), ['Builder: docker, BuildKit v0.8+unknown']);
  });

  test('the engine, when the chosen container does not run', async () => {
    const { buildx, ports } = scene();
    await buildx.addBuilder(USERS, 'left', { driver: 'docker-container', isCurrent: true });
    assert.deepEqual(await openBuilder(planOf(), BUILDX, ports), { ...ENGINE, name: 'default' });
    assert.deepEqual(buildx.commands, ['inspect', 'inspect default']);
  });

  test('a container of our own, where the engine has no BuildKit in it', async () => {
    const { buildx, ports, engine } = scene();
    // What buildx takes an engine without /grpc for (builder.Factory, GetDefaultFactory).
    engine.inspectedAsDefault = DEFAULT_ENGINE.replace('Driver: docker', 'Driver: docker-container').replace(
      'running',
      'inactive',
    );
    assert.deepEqual(await openBuilder(planOf(), BUILDX, ports), OWN);
    assert.deepEqual(buildx.commands, ['inspect', CREATE, 'inspect k8s-deploy-77-1']);
  });

  test('a container of our own, where something is wished that no other builder can be given', async () => {
    for (const wish of [
      { image: 'x/y:1' },
      { registryCa: '-----BEGIN CERTIFICATE-----' },
      { options: ['cpuset-cpus=0'] },
    ]) {
      const { ports } = scene();
      assert.deepEqual(await openBuilder(planOf(wish), BUILDX, ports), OWN);
    }
  });

  test('nothing: what is missing is said, and what there is beside Docker', async () => {
    const { ports, engine, buildx } = scene();
    engine.isUp = false;
    const failure = await failureOfWork(async () => openBuilder(planOf(), BUILDX, ports));
    assert.equal(failure.code, 'builder-unavailable');
    assert.match(failure.message, /^There is no builder: failed to connect to the docker API at unix:/);
    assert.match(failure.hint, /Docker.*tcp:\/\/host:port.*kubernetes/);
    assert.deepEqual(buildx.commands, ['inspect']);
  });
});

describe('docker', () => {
  const plan = planOf({ wish: { kind: 'docker' } });

  test('is the engine, also where another builder is chosen', async () => {
    const { buildx, ports } = scene();
    await buildx.addBuilder(USERS, 'mine', { driver: 'docker-container', isRunning: true, isCurrent: true });
    assert.deepEqual(await openBuilder(plan, BUILDX, ports), { ...ENGINE, name: 'default' });
  });

  test('has to answer', async () => {
    const { ports, engine } = scene();
    engine.isUp = false;
    const failure = await failureOfWork(async () => openBuilder(plan, BUILDX, ports));
    assert.match(failure.message, /^The engine does not answer: failed to connect/);
  });

  test('has to have BuildKit in it', async () => {
    const { ports, engine } = scene();
    engine.inspectedAsDefault = DEFAULT_ENGINE.replace('Driver: docker', 'Driver: docker-container');
    const failure = await failureOfWork(async () => openBuilder(plan, BUILDX, ports));
    assert.equal(failure.message, 'The engine has no BuildKit in it');
    assert.match(failure.hint, /builder: container/);
  });
});

describe('a builder by its name', () => {
  const plan = planOf({ wish: { kind: 'named', name: 'mine' } });

  test('is taken as it is, also when the build has to start it', async () => {
    const { buildx, ports } = scene();
    await buildx.addBuilder(USERS, 'mine', { driver: 'docker-container' });
    assert.deepEqual(await openBuilder(plan, BUILDX, ports), {
      buildx: USERS_BUILDX,
      name: 'mine',
      driver: 'docker-container',
      version: undefined,
      isWhole: true,
    });
    assert.deepEqual(buildx.commands, ['inspect mine']);
  });

  test('has to be there', async () => {
    const failure = await failureOfWork(async () => openBuilder(plan, BUILDX, scene().ports));
    assert.equal(failure.code, 'builder-unavailable');
    assert.equal(failure.message, 'The builder mine cannot be used: no builder "mine" found');
  });
});

test('container makes one although the engine could build, and leaves the builders of the job alone', async () => {
  const { buildx, ports, engine } = scene();
  await buildx.addBuilder(USERS, 'mine', { driver: 'docker-container', isRunning: true, isCurrent: true });
  assert.deepEqual(await openBuilder(planOf({ wish: { kind: 'container' } }), BUILDX, ports), OWN);
  assert.deepEqual([...engine.containers.keys()], ['buildx_buildkit_mine0', 'buildx_buildkit_k8s-deploy-77-10']);
  assert.equal(await ports.files.kindOf(`${USERS}/instances/k8s-deploy-77-1`), 'missing');
});

test('kubernetes and a running BuildKit are made without a look at the engine', async () => {
  for (const [wish, driver, args] of [
    [{ kind: 'kubernetes' }, 'kubernetes', '--driver kubernetes --bootstrap'],
    [
      { kind: 'remote', endpoint: 'tcp://buildkit.example:1234' },
      'remote',
      '--driver remote --bootstrap tcp://buildkit.example:1234',
    ],
  ] as const) {
    const { buildx, ports, engine } = scene();
    engine.isUp = false;
    const builder = await openBuilder(planOf({ wish }), BUILDX, ports);
    assert.deepEqual(builder, { ...OWN, driver, version: undefined });
    assert.deepEqual(buildx.commands, [`create --name k8s-deploy-77-1 ${args}`, 'inspect k8s-deploy-77-1']);
  }
});
