import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../../src/adapters/sha256.ts';
import { INPUTS_LABEL, inputsOf, recordText } from '../../../src/build/record.ts';
import { buildImage, resolveDigests } from '../../../src/build/run.ts';
import { DeployError } from '../../../src/errors.ts';
import type { BuildPlan } from '../../../src/plan/build-slices.ts';
import type { Builder } from '../../../src/values/builder.ts';
import type { BuiltImage } from '../../../src/values/built-image.ts';
import { formatImageReference, parseImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { BUILDX, LESSER, PLAN, REPOSITORY, scene, TAGGED, valuesOf, WHOLE, type Scene } from './registry-scene.ts';

const BUSY = 'ERROR: failed to build: failed to solve: failed to push ghcr.io/org/app: toomanyrequests';
const STEP =
  'ERROR: failed to build: failed to solve: process "/bin/sh -c x" did not complete successfully: exit code: 3';
const EXISTS =
  "ERROR: failed to build: failed to solve: failed to push ghcr.io/org/app:1: unknown: The image tag '1' already exists in the 'app' repository and cannot be overwritten because the tag is immutable.";

const record = (plan: BuildPlan): Readonly<Record<string, string>> => ({
  [INPUTS_LABEL]: recordText(inputsOf(plan, sha256)),
});
const SAME = { labels: record(PLAN) };
const OTHER = { labels: record({ ...PLAN, target: 'test' }) };

const notOpened = async (): Promise<Builder> => {
  throw new Error('no builder is expected to be opened');
};

const build = async (
  { ports }: Scene,
  plan: Partial<BuildPlan> = {},
  open: () => Promise<Builder> = async () => WHOLE,
): Promise<BuiltImage> => buildImage({ ...PLAN, ...plan }, open, BUILDX, ports);

describe('a commit that nobody has built', () => {
  test('is built, pushed by digest, and given its tags', async () => {
    const registry = scene();
    const built = await build(registry, { tags: ['main'] });
    const digest = registry.tags.get(TAGGED) ?? '';
    assert.equal(formatImageReference(built.image), `${TAGGED}@${digest}`);
    assert.deepEqual([built.how, built.tags], ['built', [`${REPOSITORY}:main`]]);
    assert.deepEqual(
      registry.commands.map(({ args }) => (args[0] === 'build' ? 'build' : args[1])),
      ['inspect', 'build', 'inspect', 'create', 'inspect'],
    );
    assert.deepEqual(
      registry.commands
        .filter(({ args }) => args[0] === 'imagetools')
        .map(({ env }) => [env?.['BUILDX_CONFIG'], env?.['BUILDX_BUILDER']]),
      [[undefined, undefined], ...Array.from({ length: 3 }, () => ['/private/buildx', 'ours'])],
    );
    assert.deepEqual(valuesOf(registry.commands[1]?.args ?? [], '--output'), [
      `type=image,name=${REPOSITORY},push-by-digest=true,name-canonical=true,push=true`,
    ]);
  });

  test('by an engine that pushes tags only: the tag is looked at right before, and pushed', async () => {
    const registry = scene();
    const built = await build(registry, {}, async () => LESSER);
    assert.deepEqual([built.how, built.image.digest], ['built', registry.tags.get(TAGGED)]);
    assert.deepEqual(
      registry.commands.map(({ args }) => (args[0] === 'build' ? 'build' : args[1])),
      ['inspect', 'inspect', 'build', 'inspect'],
    );
    assert.deepEqual(valuesOf(registry.commands[2]?.args ?? [], '--tag'), [TAGGED]);
  });

  test('"build: never": image-not-found, and nothing is built', async () => {
    const registry = scene();
    const failure = await failureOfWork(async () => build(registry, { mode: 'never' }, notOpened));
    assert.equal(failure.code, 'image-not-found');
    assert.deepEqual(registry.words('build'), []);
  });

  test('the same build again is no build', async () => {
    const registry = scene();
    const first = await build(registry);
    const second = await build(registry, {}, notOpened);
    assert.deepEqual([second.how, second.image], ['reused', first.image]);
  });
});

describe('a commit that was built before', () => {
  for (const mode of ['auto', 'never'] as const) {
    test(`from the same, build: ${mode}: its digest is taken by one question, and no builder is opened`, async () => {
      const registry = scene();
      const digest = registry.push(TAGGED, SAME);
      const built = await build(registry, { mode }, notOpened);
      assert.deepEqual([built.how, built.image.digest, built.cache], ['reused', digest, undefined]);
      assert.equal(registry.commands.length, 1);
    });

    test(`from something else, build: ${mode}: tag-taken that says what differs`, async () => {
      const registry = scene();
      const digest = registry.push(TAGGED, OTHER);
      const failure = await failureOfWork(async () => build(registry, { mode }, notOpened));
      assert.deepEqual(
        [failure.code, failure.message],
        ['tag-taken', `${TAGGED} is there already, built otherwise: target was given`],
      );
      assert.equal(registry.tags.get(TAGGED), digest);
    });
  }

  test('by nobody knows whom, build: auto: tag-taken that says how to deploy it', async () => {
    const registry = scene();
    registry.push(TAGGED);
    const failure = await failureOfWork(async () => build(registry, {}, notOpened));
    assert.equal(failure.code, 'tag-taken');
    assert.match(failure.hint, /"build: never".*input images/);
  });

  test('by nobody knows whom, build: never: it is taken', async () => {
    const registry = scene();
    const digest = registry.push(TAGGED);
    const built = await build(registry, { mode: 'never' }, notOpened);
    assert.deepEqual([built.how, built.image.digest], ['reused', digest]);
  });

  test('its further tags are given where they name something else', async () => {
    const registry = scene();
    const digest = registry.push(TAGGED, SAME);
    registry.tags.set(`${REPOSITORY}:right`, digest);
    registry.push(`${REPOSITORY}:moves`, OTHER);
    const built = await build(registry, { tags: ['right', 'moves', 'new'] }, notOpened);
    assert.deepEqual(built.tags, [`${REPOSITORY}:right`, `${REPOSITORY}:moves`, `${REPOSITORY}:new`]);
    assert.deepEqual(valuesOf(registry.commands.at(-1)?.args ?? [], '--tag'), [
      `${REPOSITORY}:moves`,
      `${REPOSITORY}:new`,
    ]);
    assert.deepEqual(
      ['right', 'moves', 'new'].map((tag) => registry.tags.get(`${REPOSITORY}:${tag}`)),
      [digest, digest, digest],
    );
  });
});

describe('a registry that does not answer the first look', () => {
  const busy = 'ERROR: unexpected status from HEAD request to http://r: 503 Service Unavailable';
  test('build: auto: it is built', async () => {
    const registry = scene();
    registry.fail('inspect', busy, busy, busy);
    assert.equal((await build(registry)).how, 'built');
  });
  test('build: never: image-not-found in its words', async () => {
    const registry = scene();
    registry.fail('inspect', busy, busy, busy);
    const failure = await failureOfWork(async () => build(registry, { mode: 'never' }, notOpened));
    assert.deepEqual(
      [failure.code, failure.message],
      ['image-not-found', `The registry does not tell what ${TAGGED} is: HEAD http://r: 503 Service Unavailable`],
    );
  });
  test('nor the last one of an engine that pushes tags only: nothing is pushed', async () => {
    const registry = scene();
    const open = async (): Promise<Builder> => {
      registry.fail('inspect', busy, busy, busy);
      return LESSER;
    };
    assert.equal((await failureOfWork(async () => build(registry, {}, open))).code, 'push-refused');
    assert.deepEqual(registry.words('build'), []);
  });
});

describe('a build that fails', () => {
  test('for a passing reason is tried again, and the user is told', async () => {
    const registry = scene();
    registry.fail('build', BUSY, BUSY);
    assert.equal((await build(registry)).how, 'built');
    assert.equal(registry.words('build').length, 3);
    assert.equal(registry.heard.filter(({ kind }) => kind === 'warning').length, 2);
  });

  test('at its push, after its steps: what it ran is not said to come from a cache at the next try', async () => {
    const registry = scene({ output: '#5 [2/2] RUN make\n#5 CACHED\n' });
    registry.fail('build', `#5 [2/2] RUN make\n#5 DONE 2.1s\n${BUSY}`);
    const { cache } = await build(registry);
    assert.deepEqual([cache?.steps, cache?.cached, cache?.firstMiss], [1, 0, '[2/2] RUN make']);
  });

  test('three times is given up', async () => {
    const registry = scene();
    registry.fail('build', BUSY, BUSY, BUSY, BUSY);
    assert.equal((await failureOfWork(async () => build(registry))).code, 'push-refused');
    assert.equal(registry.words('build').length, 3);
  });

  test('in a step is never tried again', async () => {
    const registry = scene();
    registry.fail('build', STEP);
    assert.equal((await failureOfWork(async () => build(registry))).code, 'build-failed');
    assert.equal(registry.words('build').length, 1);
  });

  test('because somebody pushed the same tag meanwhile: his digest is taken', async () => {
    const registry = scene();
    let his = '';
    registry.before('build', () => {
      his = registry.push(TAGGED, SAME);
    });
    registry.fail('build', EXISTS);
    const built = await build(registry, {}, async () => LESSER);
    assert.deepEqual([built.how, built.image.digest], ['raced', his]);
  });

  test('leaves nothing behind that another build would take for its own digest', async () => {
    const registry = scene();
    await build(registry);
    const [first] = valuesOf(registry.commands.find(({ args }) => args[0] === 'build')?.args ?? [], '--metadata-file');
    assert.match(first ?? '', /^\/private\/build-\d+-\w+\.json$/);
    const silent = { ...registry.ports.files, readText: async () => '' };
    const ports = { ...registry.ports, files: silent };
    const image = parseImageReference(`${REPOSITORY}:other`);
    const failure = await failureOfWork(async () => build({ ...registry, ports }, { image }));
    assert.equal(failure.code, 'digest-mismatch');
  });

  test('because the run is cancelled says so', async () => {
    const registry = scene();
    registry.before('build', () => {
      throw new DeployError('cancelled', 'stopped');
    });
    assert.equal((await failureOfWork(async () => build(registry))).code, 'cancelled');
  });
});

describe('an inline cache', () => {
  const cache = { kind: 'inline', repository: REPOSITORY, reads: ['main'], writes: 'main', folder: '/cache' } as const;
  test('is found by the next build under the name of the cache', async () => {
    const registry = scene();
    await build(registry, { cache });
    assert.equal(registry.tags.get(`${REPOSITORY}:buildcache-main`), registry.tags.get(TAGGED));
  });
  test('that cannot be named fails no build', async () => {
    const registry = scene();
    registry.before('create', () =>
      registry.before('create', () => registry.fail('create', 'ERROR: 405 Method Not Allowed')),
    );
    assert.equal((await build(registry, { cache })).how, 'built');
    assert.match(registry.heard.map((one) => ('text' in one ? one.text : '')).join('\n'), /The cache was not written/);
  });
});

const stop = (): never => {
  throw new DeployError('cancelled', 'stopped');
};

test('a run that is cancelled while the cache is named is cancelled', async () => {
  const registry = scene();
  const cache = { kind: 'inline', repository: REPOSITORY, reads: [], writes: 'main', folder: '/cache' } as const;
  registry.before('create', () => registry.before('create', stop));
  assert.equal((await failureOfWork(async () => build(registry, { cache }))).code, 'cancelled');
});

const raw = (to: string): BuildPlan['cache'] => ({ kind: 'raw', from: [], to: [to] });

test('a cache of the user that would overwrite the tag of the commit is refused before anything is built', async () => {
  const registry = scene();
  const failure = await failureOfWork(async () =>
    build(registry, { cache: raw(`type=registry,ref=${TAGGED},mode=max`) }),
  );
  assert.deepEqual(
    [failure.code, failure.message],
    ['input-invalid', `The input cache-to names ${TAGGED}, which is the tag of the image`],
  );
  assert.deepEqual(registry.words('build'), []);
  assert.equal((await build(registry, { cache: raw(`type=registry,ref=${REPOSITORY}:cache`) })).how, 'built');
});

describe('images that were built elsewhere', () => {
  test('only those without a digest are looked up', async () => {
    const registry = scene();
    const digest = registry.push('b:2');
    const known = `sha256:${'34'.repeat(32)}`;
    const images = [parseImageReference(`a:1@${known}`), parseImageReference('b:2')];
    assert.deepEqual((await resolveDigests(images, BUILDX, registry.ports)).map(formatImageReference), [
      `a:1@${known}`,
      `b:2@${digest}`,
    ]);
    assert.equal(registry.commands.length, 1);
  });

  for (const [words, message] of [
    ['ERROR: b:2: not found', 'The registry has no image b:2'],
    [
      'ERROR: unexpected status from HEAD request to http://r/b: 401 Unauthorized',
      'The registry does not tell what b:2 is: ',
    ],
  ] as const) {
    test(`"${words}": image-not-found`, async () => {
      const registry = scene();
      registry.fail('inspect', words);
      const failure = await failureOfWork(async () =>
        resolveDigests([parseImageReference('b:2')], BUILDX, registry.ports),
      );
      assert.equal(failure.code, 'image-not-found');
      assert.ok(failure.message.startsWith(message), failure.message);
    });
  }
});
