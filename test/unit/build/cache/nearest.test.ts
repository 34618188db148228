import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../../src/adapters/sha256.ts';
import { cacheOptions } from '../../../../src/build/cache/options.ts';
import { nearestCache } from '../../../../src/build/cache/nearest.ts';
import type { CachePlan } from '../../../../src/plan/build-slices.ts';
import { REPOSITORY, scene, WHOLE, type Scene } from '../registry-scene.ts';

const READS = ['pr-7', 'release', 'main'];
const plan = (kind: 'registry' | 'inline' | 'local' | 'gha', reads = READS): CachePlan => ({
  kind,
  repository: REPOSITORY,
  reads,
  writes: 'pr-7',
  folder: '/cache',
});

/** The scopes that are read. */
async function read({ ports }: Scene, cache: CachePlan): Promise<readonly string[]> {
  const options = cacheOptions(cache, WHOLE, undefined, [], sha256);
  const { from } = await nearestCache(options, WHOLE, ports);
  return from.map((source) => source.replace(/^.*buildcache-/, ''));
}

const CASES: readonly (readonly [there: readonly string[], read: string, questions: number])[] = [
  [['pr-7', 'release', 'main'], 'pr-7', 1],
  [['release', 'main'], 'release', 2],
  [['main'], 'main', 2],
  [[], 'main', 2],
];
for (const kind of ['registry', 'inline'] as const) {
  for (const [there, expected, questions] of CASES) {
    test(`${kind}: of ${there.join(', ') || 'no caches'} the one that is read is ${expected}, found by ${questions} questions`, async () => {
      const registry = scene();
      there.forEach((scope) => registry.push(`${REPOSITORY}:buildcache-${scope}`));

      assert.deepEqual(await read(registry, plan(kind)), [expected]);
      assert.equal(registry.words('inspect').length, questions);
    });
  }
}

test('local: the one whose folder is there', async () => {
  const registry = scene({ texts: { '/cache/ghcr.io-org-app/buildcache-release/index.json': '{}' } });

  assert.deepEqual(await read(registry, plan('local')), ['release']);
  assert.deepEqual(registry.commands, []);
});

test('a registry that does not answer is asked once', async () => {
  const registry = scene();
  registry.fail(
    'inspect',
    'ERROR: unexpected status from HEAD request to https://ghcr.io/v2/: 503 Service Unavailable',
  );

  assert.deepEqual(await read(registry, plan('registry')), ['pr-7']);
  assert.equal(registry.commands.length, 1);
});

test('the question goes through the builder, whose configuration may know the registry', async () => {
  const registry = scene();
  await read(registry, plan('registry'));

  assert.equal(registry.commands[0]?.env?.['BUILDX_BUILDER'], 'ours');
});

test('gha, and what the user chose himself, stay as they are', async () => {
  const registry = scene();

  assert.deepEqual(await read(registry, plan('gha')), READS);
  assert.deepEqual(await read(registry, { kind: 'raw', from: ['type=a', 'type=b'], to: [] }), ['type=a', 'type=b']);
  assert.deepEqual(registry.commands, []);
});

test('a single cache is read without a question', async () => {
  const registry = scene();

  assert.deepEqual(await read(registry, plan('registry', ['main'])), ['main']);
  assert.deepEqual(registry.commands, []);
});
