import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { objectsAt, textAt, valueAt } from '../../src/values/json.ts';
import { openBuildScene, pullRequest, pushOfTag, pushTo, type Build, type BuildScene } from '../support/build-scene.ts';
import { openRegistryProxy } from '../support/registry-proxy.ts';
import { READ_ONLY } from '../support/registry-faults.ts';
import { registryView } from '../support/registry-view.ts';

/** What is built again on a builder that has nothing, and what comes from a cache; and who may write which cache. */

const NEEDS = '[base 2/3] COPY needs.txt /needs.txt';
const SOURCE = '[app 1/2] COPY source.txt /source.txt';
const CHANGED = `the first that was not: ${SOURCE} (the instruction or a file that it copies changed)`;

let scene: BuildScene;
before(async () => {
  scene = await openBuildScene('cache');
});
after(async () => scene.close());

/** Another source, so that there is something to build. */
function change(): string {
  return scene.commit({ 'source.txt': `${performance.now()}\n` });
}

/** Builds on a builder that has nothing yet. */
async function buildFresh({ inputs, ...wish }: Parameters<BuildScene['build']>[0] = {}): Promise<Build> {
  const build = await scene.build({ ...wish, inputs: { builder: await scene.freshBuilder(), ...inputs } });
  assert.equal(build.exitCode, 0, build.log);
  return build;
}

/** "2 of 4 steps from the cache; …", which has to stand in the log, the summary and the report alike. */
function cacheOf(build: Build): string {
  const [told = ''] = /\d+ of \d+ steps from the cache.*/.exec(build.log) ?? [];
  // What GitHub would make a link of is code.
  const unescaped = build.summary.replaceAll('\\', '').replaceAll('`', '');
  assert.ok(unescaped.includes(told), `the summary does not say "${told}":\n${build.summary}`);
  const [entry] = objectsAt(JSON.parse(build.report), 'builds');
  const use = valueAt(entry, 'cache');
  const [cached, steps] = [valueAt(use, 'cached'), valueAt(use, 'steps')];
  assert.ok(told.startsWith(`${String(cached)} of ${String(steps)} steps`), JSON.stringify(use));
  for (const part of [textAt(use, 'firstMiss'), textAt(use, 'because')]) {
    assert.ok(part === undefined || told.includes(part), JSON.stringify(use));
  }
  return told;
}

const cachesOf = (contents: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(contents).filter((tag) => tag.startsWith('buildcache'));

test('a first build finds no cache yet, says so, and leaves one beside the image', async () => {
  const build = await buildFresh();

  const cache = `${scene.repository}:buildcache-main`;
  assert.equal(
    cacheOf(build),
    `0 of 4 steps from the cache; the first that was not: ${NEEDS} (there was no cache yet: ${cache})`,
  );
  assert.deepEqual(build.annotations, []);
  assert.deepEqual(await scene.pushed.tags(), [scene.git('rev-parse', 'HEAD'), 'buildcache-main'].toSorted());
});

test('with another source a fresh builder takes the steps before it from the cache, and the first that it has to run is named', async () => {
  change();

  const build = await buildFresh();

  assert.equal(cacheOf(build), `2 of 4 steps from the cache; ${CHANGED}`);
});

test('when nothing that is built from changed, all steps of the new commit come from the cache', async () => {
  scene.commit();

  assert.equal(cacheOf(await buildFresh()), '4 of 4 steps from the cache');
});

test('a pull request reads the cache of its base and writes no other than its own', async () => {
  const head = change();
  const before = await scene.pushed.contents();

  const build = await buildFresh(pullRequest(7, 'main', head));

  assert.equal(cacheOf(build), `2 of 4 steps from the cache; ${CHANGED}`);
  const added = Object.entries(await scene.pushed.contents()).filter(([tag, digest]) => before[tag] !== digest);
  assert.deepEqual(added.map(([tag]) => tag).toSorted(), [head, 'buildcache-pr-7'].toSorted());
});

test('the next build of a pull request goes on from its own cache', async () => {
  const head = scene.commit();

  assert.equal(cacheOf(await buildFresh(pullRequest(7, 'main', head))), '4 of 4 steps from the cache');
});

test('branches whose names are no tags have caches of their own, and one called like a pull request has not that of the pull request', async () => {
  const before = await scene.pushed.contents();
  for (const branch of ['feature/log-in', 'feature-log-in', 'pr-7']) {
    change();
    assert.equal(cacheOf(await buildFresh(pushTo(branch))), `2 of 4 steps from the cache; ${CHANGED}`);
    scene.commit();
    assert.equal(cacheOf(await buildFresh(pushTo(branch))), '4 of 4 steps from the cache');
  }

  const after = await scene.pushed.contents();
  const added = cachesOf(after).filter((tag) => before[tag] === undefined);
  assert.deepEqual(
    added.map((tag) => tag.replace(/-[0-9a-f]{8}$/, '-…')),
    ['buildcache-branch-pr-7-…', 'buildcache-feature-log-in', 'buildcache-feature-log-in-…'],
  );
  assert.deepEqual(
    cachesOf(before).filter((tag) => before[tag] !== after[tag]),
    [],
  );
});

test('a Git tag reads the cache of the default branch and writes none', async () => {
  scene.commit();
  const before = await scene.pushed.contents();

  const build = await buildFresh(pushOfTag('v1.4.2'));

  assert.match(cacheOf(build), /^2 of 4 steps from the cache/);
  const after = await scene.pushed.contents();
  assert.deepEqual(
    cachesOf(after).map((tag) => [tag, after[tag]]),
    cachesOf(before).map((tag) => [tag, before[tag]]),
  );
});

type Kind = {
  readonly name: string;
  readonly inputs: () => Readonly<Record<string, string>>;
  readonly again: RegExp;
  /** Tags beside those of commits, afterwards. */
  readonly tags: readonly string[];
};

const OTHERS: readonly Kind[] = [
  {
    name: 'cache: local keeps the steps in a folder',
    inputs: () => ({ cache: 'local', 'cache-folder': join(scene.workspace, '../kept') }),
    again: /^2 of 4 steps/,
    tags: [],
  },
  {
    name: 'cache: inline keeps the steps in the image, which has the name of the cache too',
    inputs: () => ({ cache: 'inline' }),
    again: /^2 of 4 steps/,
    tags: ['buildcache-main'],
  },
  {
    name: 'cache: off keeps nothing, and is told as the reason',
    inputs: () => ({ cache: 'off' }),
    again: /^0 of 4 steps from the cache; .* \(the cache is off\)$/,
    tags: [],
  },
  {
    name: 'cache-from and cache-to are taken as they are',
    inputs: () => ({
      'cache-from': `type=registry,ref=${scene.repository}-raw:mine`,
      'cache-to': `type=registry,ref=${scene.repository}-raw:mine,mode=max`,
    }),
    again: /^2 of 4 steps/,
    tags: ['mine'],
  },
];

for (const [index, { name, inputs, again, tags }] of OTHERS.entries()) {
  test(name, async () => {
    const suffix = ['-local', '-inline', '-off', '-raw'][index] ?? '';
    const image = `${scene.repository}${suffix}`;
    const shas = [change()];
    await buildFresh({ inputs: { image, ...inputs() } });
    shas.push(change());

    const build = await buildFresh({ inputs: { image, ...inputs() } });

    assert.match(cacheOf(build), again);
    assert.deepEqual(build.annotations, []);
    const pushed = await registryView(scene.registry, `${scene.name}${suffix}`).contents();
    assert.deepEqual(Object.keys(pushed), [...shas, ...tags].toSorted());
    if (name.includes('inline')) {
      assert.equal(pushed['buildcache-main'], build.outputs['digest']);
    }
  });
}

test('cache-repository keeps the steps in another repository', async () => {
  const [image, kept] = [`${scene.repository}-elsewhere`, `${scene.repository}-steps`];
  const inputs = { image, 'cache-repository': kept };
  const shas = [change()];
  await buildFresh({ inputs });
  shas.push(change());

  assert.equal(cacheOf(await buildFresh({ inputs })), `2 of 4 steps from the cache; ${CHANGED}`);
  assert.deepEqual(await registryView(scene.registry, `${scene.name}-elsewhere`).tags(), shas.toSorted());
  assert.deepEqual(await registryView(scene.registry, `${scene.name}-steps`).tags(), ['buildcache-main']);
});

test('cache-stages builds a stage first and keeps it as a cache of its own', async () => {
  const inputs = { image: `${scene.repository}-stages`, 'cache-stages': 'base', cache: 'inline' };
  change();
  await buildFresh({ inputs });
  change();

  const build = await buildFresh({ inputs });

  assert.equal(build.builds.length, 2);
  assert.match(build.builds[0] ?? '', / --target base /);
  assert.match(cacheOf(build), /^2 of 4 steps from the cache/);
  const caches = cachesOf(await registryView(scene.registry, `${scene.name}-stages`).contents());
  assert.deepEqual(caches, ['buildcache-main', 'buildcache-main-stage-base']);
});

test('a cache that is out of reach costs a warning, never the build', async () => {
  change();
  const cache = `127.0.0.1:${await closedPort()}/cache`;

  const build = await buildFresh({ inputs: { 'cache-repository': cache } });

  assert.match(
    build.log,
    /warning: The cache was not written, so the next build will be slower: .*connection refused/i,
  );
  assert.match(
    cacheOf(build),
    new RegExp(`^0 of 4 .*\\(the registry did not give the cache ${cache}:buildcache-main: .*connection refused\\)$`),
  );
  assert.equal(build.outputs['digest'], await scene.pushed.digest(scene.git('rev-parse', 'HEAD')));
});

for (const [name, answer] of [
  ['500', { status: 500 }],
  ['503', { status: 503 }],
  ['403', { status: 403 }],
  ['405 to every write', READ_ONLY],
] as const) {
  test(`a cache whose registry answers ${name} costs a warning, never the build`, async (t) => {
    change();
    const proxy = await openRegistryProxy({ upstream: scene.registry });
    t.after(async () => proxy.close());
    for (const step of ['manifest-head', 'manifest-get', 'blob-head', 'upload-start', 'manifest-put'] as const) {
      if (answer.status !== 405 || step === 'upload-start' || step === 'manifest-put') {
        proxy.inject({ step, times: 'always', answer });
      }
    }

    const build = await buildFresh({ inputs: { 'cache-repository': `${proxy.host}/${scene.name}-cache` } });

    assert.match(build.log, /warning: The cache was not written, so the next build will be slower: /i);
    assert.equal(build.outputs['digest'], await scene.pushed.digest(scene.git('rev-parse', 'HEAD')));
    assert.ok(proxy.requests().some(({ answeredBy }) => answeredBy === 'fault'));
  });
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
