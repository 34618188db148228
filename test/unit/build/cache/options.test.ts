import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../../../src/adapters/sha256.ts';
import { cacheOptions, csvField, type CacheOptions } from '../../../../src/build/cache/options.ts';
import type { CachePlan } from '../../../../src/plan/build-slices.ts';
import { LESSER, REPOSITORY, WHOLE } from '../registry-scene.ts';

const PLAN = {
  kind: 'auto',
  repository: REPOSITORY,
  reads: ['feature/x', 'main'],
  writes: 'feature/x',
  folder: '/cache',
} as const;
const options = (plan: CachePlan, target?: string, platforms: readonly string[] = []): CacheOptions =>
  cacheOptions(plan, WHOLE, target, platforms, sha256);
const PLACES = [`${REPOSITORY}:buildcache-feature-x`, `${REPOSITORY}:buildcache-main`];
const FROM = [
  `type=registry,ref=${REPOSITORY}:buildcache-feature-x`,
  `type=registry,ref=${REPOSITORY}:buildcache-main`,
];

for (const kind of ['auto', 'registry'] as const) {
  test(`${kind}: read from each scope, the nearest first, and written to one, whatever the registry makes of it`, () => {
    assert.deepEqual(options({ ...PLAN, kind }), {
      kind: 'registry',
      from: FROM,
      places: PLACES,
      to: [
        `type=registry,ref=${REPOSITORY}:buildcache-feature-x,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
      ],
      alsoAs: [],
    });
  });
}

test('gha: a scope for each image', () => {
  assert.deepEqual(options({ ...PLAN, kind: 'gha' }), {
    kind: 'gha',
    from: ['type=gha,scope=ghcr.io-org-app-buildcache-feature-x', 'type=gha,scope=ghcr.io-org-app-buildcache-main'],
    places: [],
    to: ['type=gha,scope=ghcr.io-org-app-buildcache-feature-x,mode=max,ignore-error=true'],
    alsoAs: [],
  });
});

test('local: a folder for each image and scope', () => {
  assert.deepEqual(options({ ...PLAN, kind: 'local', reads: ['main'], writes: 'main' }), {
    kind: 'local',
    from: ['type=local,src=/cache/ghcr.io-org-app/buildcache-main'],
    places: ['/cache/ghcr.io-org-app/buildcache-main'],
    to: ['type=local,dest=/cache/ghcr.io-org-app/buildcache-main,mode=max,ignore-error=true'],
    alsoAs: [],
  });
});

test('inline: the image is given the name of the cache', () => {
  assert.deepEqual(options({ ...PLAN, kind: 'inline' }), {
    kind: 'inline',
    from: FROM,
    places: PLACES,
    to: ['type=inline'],
    alsoAs: [`${REPOSITORY}:buildcache-feature-x`],
    note: undefined,
  });
});

test('off: nothing', () =>
  assert.deepEqual(options({ kind: 'off' }), { kind: 'off', from: [], places: [], to: [], alsoAs: [] }));

test('raw: as the user wrote it, errors included', () => {
  const raw = { kind: 'raw', from: ['type=x'], to: ['type=registry,ref=a:b'] } as const;
  assert.deepEqual(options(raw), { ...raw, places: [], alsoAs: [] });
});

for (const kind of ['auto', 'registry', 'gha', 'local'] as const) {
  test(`${kind} on an engine that exports inline caches only: inline, and it says so`, () => {
    const found = cacheOptions({ ...PLAN, kind }, LESSER, undefined, [], sha256);
    assert.deepEqual([found.kind, found.from, found.to], ['inline', FROM, ['type=inline']]);
    assert.match(found.note ?? '', kind === 'auto' ? /inline one.*builder: container/ : new RegExp(`asks for ${kind}`));
  });
}

const tagOf = (scope: string, target?: string, platforms?: readonly string[]): string =>
  options({ ...PLAN, reads: [scope] }, target, platforms)
    .from[0]?.split(':')
    .at(-1) ?? '';

describe('a scope', () => {
  for (const [scope, target, platforms, tag] of [
    ['main', undefined, [], 'buildcache-main'],
    ['main', 'prod', [], 'buildcache-main-prod'],
    ['main', 'prod', ['linux/arm64', 'linux/amd64'], 'buildcache-main-prod-linux-amd64-linux-arm64'],
    ['dependabot/npm_and_yarn/@types/node-24.1', undefined, [], 'buildcache-dependabot-npm_and_yarn-types-node-24.1'],
    ['ümläut, "quoted"', undefined, [], 'buildcache--ml-ut-quoted-'],
  ] as const) {
    test(`${scope} ${target ?? ''} ${platforms.join(',')} is ${tag}`, () => {
      assert.equal(tagOf(scope, target, platforms), tag);
    });
  }

  test('that is too long for a tag keeps its beginning, and two of them stay two', () => {
    const [one, other] = [tagOf(`${'x'.repeat(200)}1`), tagOf(`${'x'.repeat(200)}2`)];
    assert.match(one, /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
    assert.deepEqual([one.length, other.length, one === other], [128, 128, false]);
  });

  test('that is not written: read only', () => {
    for (const kind of ['auto', 'gha', 'local', 'inline'] as const) {
      const { from, to, alsoAs } = options({ ...PLAN, kind, writes: undefined });
      assert.deepEqual([from.length, to, alsoAs], [2, [], []]);
    }
  });

  test('is never the tag of a commit', () => {
    assert.notEqual(tagOf('a'.repeat(40)), 'a'.repeat(40));
  });
});

for (const [text, field] of [
  ['src=/a b', 'src=/a b'],
  ['src=/a,b', '"src=/a,b"'],
  ['src=/a"b', '"src=/a""b"'],
] as const) {
  test(`${text} is the field ${field}`, () => assert.equal(csvField(text), field));
}
