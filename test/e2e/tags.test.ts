import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  openBuildScene,
  pullRequest,
  pushOfTag,
  pushTo,
  schedule,
  type Build,
  type BuildScene,
  type Event,
} from '../support/build-scene.ts';
import { tagExists } from '../support/registry-faults.ts';
import { openRegistryProxy } from '../support/registry-proxy.ts';
import { newRepository } from '../support/registry-view.ts';

/** Which names an image has in the registry in the end, by the event and the input `tags`. */

let scene: BuildScene;
before(async () => {
  scene = await openBuildScene('tags');
});
after(async () => scene.close());

function sha(): string {
  return scene.git('rev-parse', 'HEAD');
}

async function build(inputs: Readonly<Record<string, string>>, event: Event = {}): Promise<Build> {
  const done = await scene.build({ ...event, inputs: { cache: 'off', ...inputs } });
  assert.equal(done.exitCode, 0, done.log);
  return done;
}

/** Commits of the tests are of 2026-01-01. */
const LINES = `
  # names of what was pushed
  type=ref,event=branch
  type=ref,event=tag
  type=ref,event=pr
  type=semver,pattern={{version}}
  type=semver,pattern={{major}}.{{minor}}
  type=match,pattern=v(\\d+),group=1,prefix=line-
  type=schedule
  type=schedule,pattern={{date 'YYYYMMDD' tz='Asia/Tokyo'}}
  type=edge
  type=sha
  type=raw,value=latest,enable={{is_default_branch}}
  type=raw,"value={{commit_date 'MMMM D, YYYY'}}",prefix=of-
  type=raw,value={{date 'YYYY'}}-{{sha}}
  canary
`;

const TABLE: readonly { readonly what: string; readonly event: () => Event; readonly tags: readonly string[] }[] = [
  { what: 'a push to the default branch', event: () => pushTo('main'), tags: ['edge', 'latest', 'main'] },
  { what: 'a push to another branch', event: () => pushTo('feature/log-in'), tags: ['feature-log-in'] },
  { what: 'a Git tag', event: () => pushOfTag('v1.4.2'), tags: ['1.4', '1.4.2', 'line-1', 'v1.4.2'] },
  {
    what: 'the Git tag of a prerelease',
    event: () => pushOfTag('v2.0.0-rc.1'),
    tags: ['2.0.0-rc.1', 'line-2', 'v2.0.0-rc.1'],
  },
  { what: 'a pull request', event: () => pullRequest(7, 'main', sha()), tags: ['pr-7'] },
  { what: 'a schedule', event: () => schedule(), tags: ['DATE', 'edge', 'latest', 'main', 'nightly'] },
];

for (const { what, event, tags } of TABLE) {
  test(`${what}: ${tags.join(', ')}`, async () => {
    const { image, pushed } = newRepository(scene);
    const before = new Date();

    const { outputs, log } = await build({ image, tags: LINES }, event());

    const short = sha().slice(0, 7);
    const dates = [before, new Date()].map(inTokyo);
    const always = [sha(), `sha-${short}`, 'of-January-1-2026', 'canary'];
    const contents = await pushed.contents();
    const named = Object.keys(contents).map((tag) => (dates.includes(tag) ? 'DATE' : tag));
    assert.deepEqual(
      named.filter((tag) => !always.includes(tag) && tag !== `${before.getUTCFullYear()}-${short}`).toSorted(),
      tags.toSorted(),
    );
    assert.ok(
      always.every((tag) => named.includes(tag)),
      named.join(' '),
    );
    assert.deepEqual([...new Set(Object.values(contents))], [outputs['digest']]);
    Object.keys(contents)
      .filter((tag) => tag !== sha())
      .forEach((tag) => assert.ok(log.includes(`also ${image}:${tag}\n`), log));
  });
}

test('with the next commit the tags that move have moved, and the tag of the first commit has not', async () => {
  const { image, pushed } = newRepository(scene);
  const tags = 'type=ref,event=branch\nlatest';
  const first = sha();
  const one = await build({ image, tags });
  const second = scene.commit({ 'source.txt': 'two\n' });

  const two = await build({ image, tags });

  assert.notEqual(one.outputs['digest'], two.outputs['digest']);
  assert.deepEqual(await pushed.contents(), {
    [first]: one.outputs['digest'],
    [second]: two.outputs['digest'],
    main: two.outputs['digest'],
    latest: two.outputs['digest'],
  });
});

test('a Git tag for a commit that was built before gives its image the name of the release, and nothing is built', async () => {
  const { image, pushed } = newRepository(scene);
  const tags = 'type=semver,pattern={{version}}\ntype=ref,event=branch';
  const { outputs } = await build({ image, tags });

  const release = await build({ image, tags }, pushOfTag('v1.4.2'));

  assert.deepEqual(release.builds, []);
  assert.deepEqual(await pushed.contents(), {
    [sha()]: outputs['digest'],
    '1.4.2': outputs['digest'],
    main: outputs['digest'],
  });
});

test('what is built from a changed tree is never called by its commit', async () => {
  const { image, pushed } = newRepository(scene);
  scene.write({ 'source.txt': 'changed\n' });
  const { outputs } = await build({ image, tags: 'type=sha\ntype=raw,value=of-{{sha}}' });
  scene.git('checkout', '--quiet', '--', '.');

  const short = sha().slice(0, 7);
  assert.deepEqual(await pushed.tags(), [outputs['tag'] ?? '', `of-${short}-dirty`, `sha-${short}-dirty`].toSorted());
});

test('the labels say where the image comes from; those of the user come first', async () => {
  const { image, pushed } = newRepository(scene);

  await build(
    { image, tags: 'type=semver,pattern={{version}}', labels: 'org.opencontainers.image.title=Shop\nteam=a b' },
    pushOfTag('v1.4.2'),
  );

  const { 'k8s-deploy/build-inputs': record, ...labels } = await pushed.labels('1.4.2');
  assert.deepEqual(labels, {
    'org.opencontainers.image.revision': sha(),
    'org.opencontainers.image.source': 'https://github.com/org/app',
    'org.opencontainers.image.url': 'https://github.com/org/app',
    'org.opencontainers.image.title': 'Shop',
    'org.opencontainers.image.version': '1.4.2',
    'org.opencontainers.image.created': '2026-01-01T00:00:00.000Z',
    team: 'a b',
  });
  assert.deepEqual(JSON.parse(record ?? ''), { context: '.', file: 'Dockerfile' });
});

test('lines that make no tag are all told before anything is built', async () => {
  const { image, pushed } = newRepository(scene);
  const tags = 'type=semver,pattern={{version}},value=newest\ntype=nonsense\ntype=raw,value=-x';

  const failed = await scene.build({ inputs: { image, tags } });

  assert.equal(failed.outputs['reason'], 'input-invalid');
  assert.match(failed.log, /type=nonsense/);
  assert.deepEqual(failed.builds, []);
  assert.deepEqual(await pushed.tags(), []);
});

test('in a repository whose tags cannot be moved, a tag that would have to is named; the commit has its image', async (t) => {
  const { image, path, pushed } = newRepository(scene);
  const tags = 'type=ref,event=branch';
  const first = await build({ image, tags });
  const second = scene.commit({ 'source.txt': 'immutable\n' });
  const proxy = await openRegistryProxy({ upstream: scene.registry });
  t.after(async () => proxy.close());
  proxy.inject({ step: 'manifest-put', reference: /^main$/, times: 'always', answer: tagExists });

  const failed = await scene.build({ inputs: { image: `${proxy.host}/${path}`, cache: 'off', tags } });

  assert.equal(failed.outputs['reason'], 'tag-taken', failed.log);
  assert.match(
    failed.log,
    new RegExp(`failed: The registry does not let these tags be moved: ${proxy.host}/${path}:main `),
  );
  assert.equal(await pushed.digest('main'), first.outputs['digest']);
  assert.notEqual(await pushed.digest(second), undefined);
});

function inTokyo(moment: Date): string {
  return new Date(moment.getTime() + 9 * 3600 * 1000).toISOString().slice(0, 10).replaceAll('-', '');
}
