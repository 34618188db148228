import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBuilder } from '../../../src/builder/open.ts';
import { sweepBuilders } from '../../../src/builder/sweep.ts';
import { BUILDX, planOf } from './plans.ts';
import { HOUR_MILLISECONDS, scene, type Scene } from './scene.ts';

const NAMES = [
  'buildx_buildkit_k8s-deploy-5-10',
  'buildx_buildkit_k8s-deploy-6-10',
  'buildx_buildkit_k8s-deploy-kept-runner0',
  'buildx_buildkit_k8s-deploy-77-10',
  'buildx_buildkit_mine0',
  'my-buildx_buildkit_k8s-deploy-5-10',
];

/** An engine with containers of all kinds, all made now. */
function crowded(): Scene {
  const made = scene();
  NAMES.forEach((name) => made.engine.boot(name));
  made.engine.volumes.set('buildx_buildkit_k8s-deploy-4-10_state', made.ports.clock.now());
  made.engine.volumes.set('buildx_buildkit_k8s-deploy-4-10', made.ports.clock.now());
  return made;
}

const left = ({ engine }: Scene): readonly string[] => [...engine.containers.keys()];
const gone = (all: Scene): readonly string[] => NAMES.filter((name) => !left(all).includes(name));

test('what is not a day old stays: its run may be alive', async () => {
  const all = crowded();
  all.letPass(23 * HOUR_MILLISECONDS);
  await sweepBuilders(planOf(), all.ports);
  assert.deepEqual([gone(all), all.engine.volumes.size, all.told('note')], [[], NAMES.length + 2, []]);
});

test('what is older goes with its volume; kept ones, that of this run, those of others and their data stay', async () => {
  const all = crowded();
  all.letPass(25 * HOUR_MILLISECONDS);
  await sweepBuilders(planOf(), all.ports);
  assert.deepEqual(gone(all), ['buildx_buildkit_k8s-deploy-5-10', 'buildx_buildkit_k8s-deploy-6-10']);
  assert.deepEqual(
    [...all.engine.volumes.keys()],
    [...left(all).map((name) => `${name}_state`), 'buildx_buildkit_k8s-deploy-4-10'],
  );
  assert.deepEqual(all.told('note'), [
    'Removed builders that earlier runs left behind: k8s-deploy-5-1, k8s-deploy-6-1, k8s-deploy-4-1',
  ]);
});

test('one that somebody builds with stays, however old; one that is stopped goes', async () => {
  const all = crowded();
  all.letPass(25 * HOUR_MILLISECONDS);
  const [building, stopped] = all.engine.containers.values();
  Object.assign(building ?? {}, { isBuilding: true });
  Object.assign(stopped ?? {}, { isRunning: false });
  await sweepBuilders(planOf(), all.ports);
  assert.deepEqual(gone(all), ['buildx_buildkit_k8s-deploy-6-10']);
  assert.ok(all.engine.volumes.has('buildx_buildkit_k8s-deploy-5-10_state'));
});

test('a volume that was changed lately goes with its old container all the same', async () => {
  const all = crowded();
  all.letPass(25 * HOUR_MILLISECONDS);
  all.engine.volumes.set('buildx_buildkit_k8s-deploy-5-10_state', all.ports.clock.now());
  await sweepBuilders(planOf(), all.ports);
  assert.equal(all.engine.volumes.has('buildx_buildkit_k8s-deploy-5-10_state'), false);
});

test('one that cannot be removed keeps nobody from the others', async () => {
  const all = crowded();
  all.engine.stuck.add('buildx_buildkit_k8s-deploy-5-10');
  all.letPass(25 * HOUR_MILLISECONDS);
  await sweepBuilders(planOf(), all.ports);
  assert.deepEqual(gone(all), ['buildx_buildkit_k8s-deploy-6-10']);
  assert.deepEqual(all.told('note'), [
    'Removed builders that earlier runs left behind: k8s-deploy-6-1, k8s-deploy-4-1',
  ]);
});

for (const [says, dockerHost, isUp] of [
  ['an engine that is away', 'unix:///var/run/docker.sock', false],
  ['an engine on another machine', 'tcp://docker.example:2376', true],
  ['an engine somewhere else', 'unix:///elsewhere.sock', true],
] as const) {
  test(`${says} is no reason to fail, and nothing is told`, async () => {
    const all = crowded();
    all.letPass(25 * HOUR_MILLISECONDS);
    all.engine.isUp = isUp;
    await sweepBuilders(planOf({ dockerHost }), all.ports);
    assert.deepEqual([gone(all), all.told('note'), all.told('warning')], [[], [], []]);
  });
}

test('it is swept before a container is made, and only then', async () => {
  for (const [kind, count] of [
    ['auto', NAMES.length],
    ['docker', NAMES.length],
    ['kubernetes', NAMES.length],
    ['container', NAMES.length - 2],
  ] as const) {
    const all = crowded();
    all.letPass(25 * HOUR_MILLISECONDS);
    await openBuilder(planOf({ wish: { kind } }), BUILDX, all.ports);
    assert.equal(left(all).length, count, kind);
  }
});
