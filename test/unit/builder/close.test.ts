import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeBuilder } from '../../../src/builder/close.ts';
import { openBuilder } from '../../../src/builder/open.ts';
import { DeployError } from '../../../src/errors.ts';
import type { Command } from '../../../src/ports.ts';
import { BUILDX, FOLDER, planOf } from './plans.ts';
import { scene, type Scene } from './scene.ts';

const PLAN = planOf({ wish: { kind: 'container' } });

async function opened(wish: 'container' | 'kubernetes' = 'container'): Promise<Scene> {
  const made = scene();
  await openBuilder({ ...PLAN, wish: { kind: wish } }, BUILDX, made.ports);
  return made;
}

const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};

test('container and volume are gone, and a second call has nothing to do', async () => {
  const { buildx, ports, engine, told } = await opened();
  assert.equal(engine.containers.size, 1);
  await closeBuilder(FOLDER, ports);
  await closeBuilder(FOLDER, ports);
  assert.deepEqual([engine.containers.size, engine.volumes.size], [0, 0]);
  assert.deepEqual(buildx.commands.slice(2), ['rm --force k8s-deploy-77-1']);
  assert.deepEqual(told('warning'), []);
});

test('the command is let end when the signal comes meanwhile, but not for ever', async () => {
  const { buildx, ports } = await opened();
  const seen: Command[] = [];
  const exec: typeof ports.exec = {
    ...ports.exec,
    run: async (command, onLine) => {
      seen.push(command);
      return buildx.run(command, onLine);
    },
  };
  await closeBuilder(FOLDER, { ...ports, exec });
  assert.deepEqual(
    seen.map(({ isLetEnd, timeoutSeconds }) => [isLetEnd, timeoutSeconds]),
    [[true, 60]],
  );
});

test('an engine that is away is told with what is left and how to remove it, and the next call does it', async () => {
  const { ports, engine, told } = await opened();
  engine.isUp = false;
  assert.equal(await closeBuilder(FOLDER, ports), 'left');
  assert.deepEqual(told('warning'), [
    'The builder k8s-deploy-77-1 was not removed: failed to stop node k8s-deploy-77-10: failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory. Left are the container buildx_buildkit_k8s-deploy-77-10 and its volume buildx_buildkit_k8s-deploy-77-10_state; this removes them: docker rm --force buildx_buildkit_k8s-deploy-77-10 && docker volume rm buildx_buildkit_k8s-deploy-77-10_state',
  ]);
  engine.isUp = true;
  await closeBuilder(FOLDER, ports);
  assert.deepEqual([engine.containers.size, engine.volumes.size], [0, 0]);
  assert.equal(told('warning').length, 1);
});

test('a build farm that cannot be removed is named as what it is', async () => {
  const { ports, told } = await opened('kubernetes');
  const run = failing(new Error('spawn /tools/buildx ENOENT'));
  await closeBuilder(FOLDER, { ...ports, exec: { ...ports.exec, run } });
  assert.match(
    told('warning').join(),
    /^The builder k8s-deploy-77-1 was not removed: spawn .* ENOENT\. Left are the Deployment k8s-deploy-77-10 .*kubectl delete --ignore-not-found deployment\/k8s-deploy-77-10 configmap\/k8s-deploy-77-10-config configmap\/k8s-deploy-77-10-config-1$/,
  );
});

test('under ports that are cancelled already nothing is told: the post step has it to do', async () => {
  const { ports, engine, told } = await opened();
  const run = failing(new DeployError('cancelled', 'The run was cancelled (SIGINT)'));
  assert.equal(await closeBuilder(FOLDER, { ...ports, exec: { ...ports.exec, run } }), 'untried');
  assert.deepEqual(told('warning'), []);
  assert.equal(await closeBuilder(FOLDER, ports), 'done');
  assert.equal(engine.containers.size, 0);
});

test('of a run that was killed before buildx began there is nothing to remove', async () => {
  const { buildx, ports, told } = await opened();
  await ports.files.remove(`${FOLDER}/instances/k8s-deploy-77-1`);
  await closeBuilder(FOLDER, ports);
  assert.deepEqual(told('warning'), []);
  assert.equal(await ports.files.kindOf(`${FOLDER}/builder.json`), 'missing');
  assert.equal(buildx.commands.at(-1), 'rm --force k8s-deploy-77-1');
});

for (const [says, record] of [
  ['no record', undefined],
  ['half a record', '{"buildx":{"path":"/too'],
  ['a record of something else', '{"name":1,"driver":"docker-container","buildx":{"path":"x","env":{}}}'],
] as const) {
  test(`a folder with ${says} is left as it is`, async () => {
    const { buildx, ports, told } = scene();
    if (record !== undefined) {
      await ports.files.writePrivate(`${FOLDER}/builder.json`, record);
    }
    await closeBuilder(FOLDER, ports);
    assert.deepEqual([buildx.commands, told('warning')], [[], []]);
  });
}

test('a folder that cannot be read is a warning, no failure', async () => {
  const { ports, told } = scene();
  const kindOf = failing(new Error('EACCES'));
  await closeBuilder(FOLDER, { ...ports, files: { ...ports.files, kindOf } });
  assert.deepEqual(told('warning'), [`The builder of ${FOLDER} was not removed: EACCES`]);
});
