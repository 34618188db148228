import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildCommand } from '../../../src/build/args.ts';
import { buildImage } from '../../../src/build/run.ts';
import type { BuildPlan, CachePlan } from '../../../src/plan/build-slices.ts';
import type { Builder } from '../../../src/values/builder.ts';
import type { BuiltImage } from '../../../src/values/built-image.ts';
import { formatImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { BUILDX, LESSER, PLAN, scene, TAGGED, valuesOf, WHOLE, type Scene } from './registry-scene.ts';

/** As the plan has it for what is not pushed: nothing is written. */
const CACHE: CachePlan = {
  kind: 'registry',
  repository: 'ghcr.io/org/app',
  reads: ['pr-7', 'main'],
  writes: undefined,
  folder: '/cache',
};

const build = async ({ ports }: Scene, plan: Partial<BuildPlan> = {}, builder: Builder = WHOLE): Promise<BuiltImage> =>
  buildImage({ ...PLAN, isPushed: false, ...plan }, async () => builder, BUILDX, ports);

const STEP =
  'ERROR: failed to build: failed to solve: process "/bin/sh -c x" did not complete successfully: exit code: 3';

for (const [says, builder] of [
  ['a whole builder', WHOLE],
  ['an engine that pushes tags only', LESSER],
] as const) {
  describe(`what is not pushed, by ${says}`, () => {
    test('is built for all its platforms, goes nowhere, and no registry is asked or given anything', async () => {
      const registry = scene();
      const platforms = ['linux/amd64', 'linux/arm64'];
      const built = await build(registry, { tags: ['main'], platforms }, builder);
      assert.equal(formatImageReference(built.image), TAGGED);
      assert.deepEqual([built.how, built.tags], ['unpushed', []]);
      assert.deepEqual(
        registry.commands.map(({ args }) => args[0]),
        ['build'],
      );
      const args = registry.commands[0]?.args ?? [];
      assert.deepEqual(valuesOf(args, '--output'), ['type=cacheonly']);
      assert.deepEqual(valuesOf(args, '--platform'), ['linux/amd64,linux/arm64']);
      assert.deepEqual(
        args.filter((arg) => arg === '--push' || arg === '--tag' || arg.includes('push=true')),
        [],
      );
      assert.equal(registry.tags.size, 0);
    });

    test('reads the nearest cache and writes none, nor stages that are caches', async () => {
      const registry = scene();
      registry.push('ghcr.io/org/app:buildcache-main');
      await build(registry, { cache: CACHE, cacheStages: ['base'] }, builder);
      const builds = registry.commands.filter(({ args }) => args[0] === 'build').map(({ args }) => args);
      assert.equal(builds.length, 1);
      const [args = []] = builds;
      assert.equal(valuesOf(args, '--cache-from')[0], 'type=registry,ref=ghcr.io/org/app:buildcache-main');
      assert.deepEqual(valuesOf(args, '--cache-to'), []);
      assert.deepEqual(registry.words('create'), []);
    });

    test('that cannot be built fails as any build does', async () => {
      const registry = scene();
      registry.fail('build', STEP);
      const failure = await failureOfWork(async () => build(registry, {}, builder));
      assert.equal(failure.code, 'build-failed');
    });
  });
}

test('an image that is there already does not keep it from being built, nor does one that is another', async () => {
  const registry = scene();
  registry.push(TAGGED);
  const built = await build(registry);
  assert.equal(built.how, 'unpushed');
  assert.deepEqual(registry.words('inspect'), []);
});

test('it has no proofs, for there is nothing that they could be of', () => {
  const proofs = { provenance: 'mode=max', sbom: 'true', attests: ['type=x'] };
  const { args } = buildCommand({ ...PLAN, proofs }, WHOLE, {
    inputs: {},
    target: undefined,
    cache: { from: [], to: [] },
    secrets: [],
    output: { kind: 'cache' },
    metadataFile: 'm.json',
  });
  assert.deepEqual(
    args.filter((arg) => /^--(?:provenance|sbom|attest)/.test(arg)),
    ['--provenance=false'],
  );
});
