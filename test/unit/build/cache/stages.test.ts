import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildImage } from '../../../../src/build/run.ts';
import type { BuildPlan } from '../../../../src/plan/build-slices.ts';
import type { BuiltImage } from '../../../../src/values/built-image.ts';
import { failureOfWork } from '../../../support/failures.ts';
import { BUILDX, LESSER, PLAN, REPOSITORY, scene, TAGGED, valuesOf, WHOLE, type Scene } from '../registry-scene.ts';

const CACHE = {
  kind: 'auto',
  repository: REPOSITORY,
  reads: ['pr-7', 'main'],
  writes: 'pr-7',
  folder: '/cache',
} as const;
const build = async ({ ports }: Scene, plan: Partial<BuildPlan> = {}, builder = WHOLE): Promise<BuiltImage> =>
  buildImage(
    { ...PLAN, cache: CACHE, cacheStages: ['base', 'deps'], target: 'prod', ...plan },
    async () => builder,
    BUILDX,
    ports,
  );

const builds = ({ commands }: Scene): readonly (readonly string[])[] =>
  commands.map(({ args }) => args).filter(([word]) => word === 'build');
const refsIn = (values: readonly string[]): readonly string[] =>
  values.map((value) => /ref=[^,]*:buildcache-([^,]*)/.exec(value)?.[1] ?? value);

describe('stages that are caches of their own', () => {
  test('are built first, each from its nearest cache and into its own; the build reads no more than its own, for its builder has the stages', async () => {
    const registry = scene();
    registry.push(`${REPOSITORY}:buildcache-pr-7-stage-base`);
    await build(registry);
    assert.deepEqual(
      builds(registry).map((args) => [
        valuesOf(args, '--target')[0],
        refsIn(valuesOf(args, '--cache-from')),
        refsIn(valuesOf(args, '--cache-to')),
      ]),
      [
        ['base', ['pr-7-stage-base'], ['pr-7-stage-base']],
        ['deps', ['main-stage-deps'], ['pr-7-stage-deps']],
        ['prod', ['main-prod'], ['pr-7-prod']],
      ],
    );
    assert.deepEqual(
      builds(registry).map((args) => valuesOf(args, '--output')[0]?.slice(0, 14)),
      ['type=cacheonly', 'type=cacheonly', 'type=image,nam'],
    );
  });

  test('by an engine that exports inline caches only are images of their own', async () => {
    const registry = scene();
    await build(registry, { cacheStages: ['base'] }, LESSER);
    const [stage = []] = builds(registry);
    assert.deepEqual(
      [valuesOf(stage, '--tag'), valuesOf(stage, '--cache-to'), stage.includes('--push')],
      [[`${REPOSITORY}:buildcache-pr-7-stage-base`], ['type=inline'], true],
    );
  });

  for (const [what, builder, isRead] of [
    ['are only read where no cache is written and each has but its own', LESSER, true],
    ['are not even read where no cache is written and the one of the build has all stages', WHOLE, false],
  ] as const) {
    test(what, async () => {
      const registry = scene();
      await build(registry, { cache: { ...CACHE, writes: undefined } }, builder);
      assert.equal(builds(registry).length, 1);
      const read = refsIn(valuesOf(builds(registry)[0] ?? [], '--cache-from'));
      assert.equal(read.includes('main-stage-base'), isRead);
    });
  }

  for (const plan of [
    { cache: { kind: 'off' } },
    { cache: { kind: 'raw', from: [], to: [] } },
    { noCache: true },
  ] as const) {
    test(`are not built with ${JSON.stringify(plan)}`, async () => {
      const registry = scene();
      await build(registry, plan);
      assert.equal(builds(registry).length, 1);
    });
  }

  test('that the Dockerfile does not have are an error that names them', async () => {
    const registry = scene();
    registry.fail('build', 'ERROR: failed to build: failed to solve: target stage "base" could not be found\n');
    const failure = await failureOfWork(async () => build(registry));
    assert.deepEqual([failure.code, failure.message], ['build-failed', 'server/Dockerfile has no stage "base"']);
    assert.match(failure.hint, /cache-stages/);
  });

  test('whose cache is not taken are a warning', async () => {
    const registry = scene();
    registry.fail('build', 'ERROR: failed to build: failed to solve: failed to push ghcr.io/org/app:x: denied');
    assert.equal((await build(registry)).image.digest, registry.tags.get(TAGGED));
    assert.deepEqual(
      registry.heard.flatMap((one) => (one.kind === 'warning' ? [one.text] : [])),
      ['The cache of the stage base was not written: failed to push ghcr.io/org/app:x: denied'],
    );
  });
});
