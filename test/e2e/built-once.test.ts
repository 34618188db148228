import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { run } from '../lab/command.ts';
import { openBuildScene, pullRequest, type Build, type BuildScene } from '../support/build-scene.ts';
import { tagExists, tagIsImmutable } from '../support/registry-faults.ts';
import { openRegistryProxy, type RegistryProxy } from '../support/registry-proxy.ts';
import { newRepository, type RegistryView } from '../support/registry-view.ts';

/** The tag of a commit: given once, found again, and never moved. */

let scene: BuildScene;
before(async () => {
  scene = await openBuildScene('once');
});
after(async () => scene.close());

function sha(): string {
  return scene.git('rev-parse', 'HEAD');
}

function failedWith(build: Build, reason: string): string {
  assert.equal(build.outputs['reason'], reason, build.log);
  assert.equal(build.exitCode, 1);
  return build.log;
}

function succeeded(build: Build): Build {
  assert.equal(build.exitCode, 0, build.log);
  return build;
}

test('the same commit again: nothing is built, no builder is asked for, the digest is found by one question', async () => {
  const { image, pushed } = newRepository(scene);
  const first = succeeded(await scene.build({ inputs: { image, 'build-args': 'VERSION=1' } }));
  const before = await pushed.contents();

  const again = succeeded(await scene.build({ inputs: { image, 'build-args': 'VERSION=1' } }));

  assert.deepEqual(
    again.commands.filter((command) => !command.startsWith('buildx version')),
    [`buildx imagetools inspect ${image}:${sha()} --format {{json .}}`],
  );
  assert.equal(again.outputs['image'], first.outputs['image']);
  assert.match(again.log, /was built before from the same inputs: nothing is built/);
  assert.match(again.summary, /was built before/);
  assert.deepEqual(await pushed.contents(), before);
});

const OTHERWISE: readonly {
  readonly what: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly told: RegExp;
}[] = [
  {
    what: 'another build argument',
    inputs: { 'build-args': 'VERSION=2' },
    told: /built otherwise: build argument VERSION had another value$/m,
  },
  {
    what: 'one more build argument',
    inputs: { 'build-args': 'VERSION=1\nMORE=2' },
    told: /built otherwise: build argument MORE was not given$/m,
  },
  {
    what: 'another target',
    inputs: { 'build-args': 'VERSION=1', target: 'test' },
    told: /built otherwise: target was not given$/m,
  },
  {
    what: 'another Dockerfile',
    inputs: { 'build-args': 'VERSION=1', file: 'Dockerfile.other' },
    told: /built otherwise: file was "Dockerfile" and is "Dockerfile\.other"$/m,
  },
  {
    what: 'another context',
    inputs: { 'build-args': 'VERSION=1', context: 'server', file: 'Dockerfile' },
    told: /built otherwise: context was "\." and is "server"$/m,
  },
  {
    what: 'other platforms',
    inputs: { 'build-args': 'VERSION=1', platforms: 'linux/amd64' },
    told: /built otherwise: platforms was not given$/m,
  },
];

test('the same commit built otherwise is refused with what differs, and the registry stays as it is', async (t) => {
  scene.commit({
    'Dockerfile.other': 'FROM busybox:1\n',
    'server/needs.txt': 'one\n',
    'server/source.txt': 'one\n',
  });
  const { image, pushed } = newRepository(scene);
  succeeded(await scene.build({ inputs: { image, 'build-args': 'VERSION=1' } }));
  const before = await pushed.contents();

  for (const { what, inputs, told } of OTHERWISE) {
    await t.test(what, async () => {
      const build = await scene.build({ inputs: { image, ...inputs } });

      assert.match(failedWith(build, 'tag-taken'), told);
      assert.deepEqual(build.builds, []);
      assert.deepEqual(await pushed.contents(), before);
    });
  }
});

test('an image that nobody knows the origin of is not built over; with build: never it is deployed as it is', async () => {
  const { image, pushed } = newRepository(scene);
  await pushByHand(`${image}:${sha()}`, 'by hand');
  const before = await pushed.contents();

  const build = await scene.build({ inputs: { image } });
  const taken = await scene.build({ inputs: { image, build: 'never' } });

  assert.match(failedWith(build, 'tag-taken'), /is there already, and nothing tells what it was built from$/m);
  assert.deepEqual(build.builds, []);
  assert.equal(succeeded(taken).outputs['digest'], before[sha()]);
  assert.deepEqual(await pushed.contents(), before);
});

test('build: never with nothing there is an image that is missing', async () => {
  const { image } = newRepository(scene);

  const build = await scene.build({ inputs: { image, build: 'never' } });

  assert.match(failedWith(build, 'image-not-found'), /has no image .*, and "build: never" builds none$/m);
  assert.deepEqual(build.builds, []);
});

test('two builds of the same commit at once end with one digest, both green', async () => {
  for (const round of [1, 2, 3]) {
    scene.commit({ 'source.txt': `${round}\n` });
    const { image, pushed } = newRepository(scene);
    // Builders of their own, so that each makes layers of its own.
    const builders = [await scene.freshBuilder(), await scene.freshBuilder()];

    const builds = await Promise.all(
      builders.map(async (builder) => scene.build({ inputs: { image, builder, cache: 'off' } })),
    );

    builds.forEach(succeeded);
    const digest = await pushed.digest(sha());
    assert.deepEqual(
      builds.map(({ outputs }) => outputs['digest']),
      [digest, digest],
      builds.map(({ log }) => log).join('\n=====\n'),
    );
  }
});

/** Runs a build whose registry does something before it gets the tag of the commit. */
async function buildWhile(
  t: TestContext,
  before: (proxy: RegistryProxy, image: string) => void,
): Promise<{ readonly build: Build; readonly pushed: RegistryView }> {
  const { path, pushed } = newRepository(scene);
  const proxy = await openRegistryProxy({ upstream: scene.registry });
  t.after(async () => proxy.close());
  before(proxy, `${scene.registry}/${path}`);
  const build = await scene.build({ inputs: { image: `${proxy.host}/${path}`, cache: 'off' } });
  return { build, pushed };
}

const TAG = { step: 'manifest-put', reference: /^[0-9a-f]{40}$/ } as const;
/** Of the build itself, which has no tag yet. */
const BY_DIGEST = { step: 'manifest-put', reference: /^sha256:/ } as const;

test('when the same is pushed while we build, its digest is taken', async (t) => {
  scene.commit({ 'source.txt': 'raced\n' });
  let theirs: string | undefined;

  const { build, pushed } = await buildWhile(t, (proxy, image) => {
    proxy.before(BY_DIGEST, async () => {
      theirs = await buildElsewhere(image);
    });
  });

  assert.equal(succeeded(build).outputs['digest'], theirs);
  assert.equal(await pushed.digest(sha()), theirs);
  assert.match(build.log, /another run of this commit was quicker/);
});

test('when something else is pushed under the tag while we build, that stays, and the run is refused', async (t) => {
  scene.commit({ 'source.txt': 'taken\n' });

  const { build, pushed } = await buildWhile(t, (proxy, image) => {
    proxy.before(BY_DIGEST, async () => pushByHand(`${image}:${sha()}`, 'somebody else'));
  });

  assert.match(failedWith(build, 'tag-taken'), /is there already, and nothing tells what it was built from$/m);
  assert.equal((await pushed.labels(sha()))['by'], 'somebody else');
});

for (const [registry, answer] of [
  ['Amazon ECR', tagExists],
  ['Harbor', tagIsImmutable],
] as const) {
  test(`a registry like ${registry}, which lets no tag be moved, and was given the same in the last moment: its digest is taken`, async (t) => {
    scene.commit({ 'source.txt': `${registry}\n` });
    let theirs: string | undefined;

    const { build, pushed } = await buildWhile(t, (proxy, image) => {
      proxy.before(TAG, async () => {
        theirs = await buildElsewhere(image);
      });
      proxy.inject({ ...TAG, times: 'always', answer });
    });

    assert.equal(succeeded(build).outputs['digest'], theirs);
    assert.equal(await pushed.digest(sha()), theirs);
  });

  test(`a registry like ${registry}, which was given something else in the last moment: that stays, and the run is refused`, async (t) => {
    scene.commit({ 'source.txt': `${registry} otherwise\n` });

    const { build, pushed } = await buildWhile(t, (proxy, image) => {
      proxy.before(TAG, async () => pushByHand(`${image}:${sha()}`, 'somebody else'));
      proxy.inject({ ...TAG, times: 'always', answer });
    });

    failedWith(build, 'tag-taken');
    assert.equal((await pushed.labels(sha()))['by'], 'somebody else');
  });
}

test('a tree that differs from the commit gets a tag of its own and a warning; clean again, the tag is that of the commit', async () => {
  scene.commit({ 'source.txt': 'clean\n' });
  const { image, pushed } = newRepository(scene);
  scene.write({ 'source.txt': 'dirty\n', 'new.txt': 'new\n' });

  const dirty = succeeded(await scene.build({ inputs: { image } }));
  const again = succeeded(await scene.build({ inputs: { image } }));
  scene.git('clean', '--quiet', '--force');
  scene.git('checkout', '--quiet', '--', '.');
  const clean = succeeded(await scene.build({ inputs: { image } }));

  assert.match(dirty.outputs['tag'] ?? '', new RegExp(`^${sha()}-dirty-[0-9a-f]{12}$`));
  assert.match(dirty.log, /warning: The checkout differs from its commit, .*new\.txt.*source\.txt/i);
  assert.equal(again.outputs['image'], dirty.outputs['image']);
  assert.deepEqual(again.builds, []);
  assert.equal(clean.outputs['tag'], sha());
  assert.deepEqual(
    (await pushed.tags()).filter((tag) => !tag.startsWith('buildcache')),
    [sha(), dirty.outputs['tag'] ?? ''].toSorted(),
  );
});

test('another commit checked out than the one that is deployed is refused before anything is built', async () => {
  const deployed = sha();
  const head = scene.commit({ 'source.txt': 'later\n' });
  const { image, pushed } = newRepository(scene);

  const build = await scene.build({ sha: deployed, inputs: { image } });

  assert.match(
    failedWith(build, 'commit-unknown'),
    new RegExp(`${deployed} is to be built, but ${head} is checked out`),
  );
  assert.deepEqual(build.commands, []);
  assert.deepEqual(await pushed.tags(), []);
});

test('the merge commit of a pull request is built as the head that was pushed', async () => {
  const head = sha();
  const merge = scene.commit({ 'source.txt': 'merged\n' });
  const { image, pushed } = newRepository(scene);

  const build = succeeded(await scene.build({ ...pullRequest(7, 'main', head), sha: merge, inputs: { image } }));

  assert.equal(build.outputs['tag'], head);
  assert.ok((await pushed.tags()).includes(head));
});

/** What another run of the same commit does meanwhile, with layers of its own. Returns its digest. */
async function buildElsewhere(image: string): Promise<string> {
  const builder = await scene.freshBuilder();
  const { outputs } = succeeded(await scene.build({ inputs: { image, builder, cache: 'off' } }));
  return outputs['digest'] ?? '';
}

async function pushByHand(reference: string, by: string): Promise<void> {
  const words = ['--quiet', '--provenance=false', '--push', `--tag=${reference}`, `--label=by=${by}`, scene.workspace];
  await run(['buildx', 'build', ...words], { env: scene.lab.env });
}
