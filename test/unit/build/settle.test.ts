import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { INPUTS_LABEL, recordText } from '../../../src/build/record.ts';
import { settleTags, type Settled } from '../../../src/build/settle.ts';
import { formatImageReference, parseImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { instantClock } from '../../support/fake-ports.ts';
import { BUILDX, REPOSITORY, scene, TAGGED, type Scene } from './registry-scene.ts';
import { SHA } from './settings.ts';

const INPUTS = { context: 'server', file: 'server/Dockerfile' };
const LABELS = { [INPUTS_LABEL]: recordText(INPUTS) };
const OTHERS = { [INPUTS_LABEL]: recordText({ ...INPUTS, target: 'test' }) };
const SAME = { labels: LABELS };
const OTHER = { labels: OTHERS };
const BUSY =
  'ERROR: publish x: unexpected status from PUT request to http://r/v2/a/manifests/1: 503 Service Unavailable';
const REFUSED = 'ERROR: publish x: unexpected status from PUT request to http://r/v2/a/manifests/1: 403 Forbidden';
/** All that buildx passes on of "the tag is immutable". */
const IMMUTABLE = 'ERROR: publish x: unexpected status from PUT request to http://r/v2/a/manifests/1: 400 Bad Request';
const READ_ONLY =
  'ERROR: publish x: unexpected status from PUT request to http://r/v2/a/manifests/1: 405 Method Not Allowed';

/** A build of ours that was pushed by its digest. */
function pushed(): { readonly registry: Scene; readonly digest: string } {
  const registry = scene();
  const digest = registry.push('nowhere', SAME);
  return { registry, digest };
}

const settle = async ({ ports }: Scene, digest: string, tags: readonly string[] = []): Promise<Settled> =>
  settleTags({ image: parseImageReference(TAGGED), sha: SHA, digest, tags, inputs: INPUTS }, BUILDX, ports);

describe('a tag that is free', () => {
  test('is given together with the others by one command, and asked for afterwards', async () => {
    const { registry, digest } = pushed();
    const settled = await settle(registry, digest, ['main', '1.4']);
    assert.equal(formatImageReference(settled.image), `${TAGGED}@${digest}`);
    assert.deepEqual([settled.how, settled.tags], ['built', [`${REPOSITORY}:main`, `${REPOSITORY}:1.4`]]);
    assert.deepEqual(settled.config?.labels, LABELS);
    assert.deepEqual(registry.words('create'), [
      `imagetools create --prefer-index=false --progress=plain --tag ${TAGGED} --tag ${REPOSITORY}:main --tag ${REPOSITORY}:1.4 ${REPOSITORY}@${digest}`,
    ]);
    assert.deepEqual(
      registry.commands.map(({ args }) => args[1]),
      ['inspect', 'create', 'inspect'],
    );
  });

  test('is not named twice when it is among the others', async () => {
    const { registry, digest } = pushed();
    assert.deepEqual((await settle(registry, digest, [SHA])).tags, []);
    assert.equal(registry.words('create')[0]?.split('--tag').length, 2);
  });

  test('a registry that needs a moment is waited for', async () => {
    const { registry, digest } = pushed();
    registry.before('create', () =>
      registry.fail('inspect', `ERROR: ${TAGGED}: not found`, `ERROR: ${TAGGED}: not found`),
    );
    assert.equal((await settle(registry, digest)).image.digest, digest);
  });
});

describe('a tag that somebody else has taken', () => {
  test('with the same image: it is ours', async () => {
    const { registry, digest } = pushed();
    registry.tags.set(TAGGED, digest);
    const settled = await settle(registry, digest, ['main']);
    assert.deepEqual([settled.how, settled.image.digest, settled.tags], ['built', digest, [`${REPOSITORY}:main`]]);
    assert.equal(registry.tags.get(`${REPOSITORY}:main`), digest);
  });

  test('with the same inputs: his digest is taken, and the tags name it', async () => {
    const { registry, digest } = pushed();
    const his = registry.push(TAGGED, SAME);
    const settled = await settle(registry, digest, ['main']);
    assert.deepEqual([settled.how, settled.image.digest], ['raced', his]);
    assert.deepEqual([registry.tags.get(TAGGED), registry.tags.get(`${REPOSITORY}:main`)], [his, his]);
  });

  for (const [says, image, words] of [
    ['other inputs', OTHER, /is there already, built otherwise: target was given$/],
    ['no record', {}, /nothing tells what it was built from$/],
  ] as const) {
    test(`with ${says}: tag-taken, and it stays as it is`, async () => {
      const { registry, digest } = pushed();
      const his = registry.push(TAGGED, image);
      const failure = await failureOfWork(async () => settle(registry, digest, ['main']));
      assert.equal(failure.code, 'tag-taken');
      assert.match(failure.message, words);
      assert.deepEqual([registry.tags.get(TAGGED), registry.words('create')], [his, []]);
    });
  }

  for (const answer of [IMMUTABLE, REFUSED]) {
    test(`between the look and the push, where tags are immutable (${answer.slice(-15)}): his is taken`, async () => {
      const { registry, digest } = pushed();
      let his = '';
      registry.before('create', () => {
        his = registry.push(TAGGED, SAME);
      });
      registry.fail('create', answer);
      const settled = await settle(registry, digest);
      assert.deepEqual([settled.how, settled.image.digest], ['raced', his]);
    });
  }

  test('between the look and the push, with other inputs: tag-taken', async () => {
    const { registry, digest } = pushed();
    registry.before('create', () => registry.push(TAGGED, OTHER));
    registry.fail('create', IMMUTABLE);
    assert.equal((await failureOfWork(async () => settle(registry, digest))).code, 'tag-taken');
  });

  test('right after ours, with the same inputs: his is taken, and the other tags follow', async () => {
    const { registry, digest } = pushed();
    let his = '';
    registry.before('create', () => registry.before('inspect', () => (his = registry.push(TAGGED, SAME))));
    const settled = await settle(registry, digest, ['main']);
    assert.deepEqual([settled.how, settled.image.digest, registry.tags.get(`${REPOSITORY}:main`)], ['raced', his, his]);
  });

  test('right after ours, with other inputs: digest-mismatch that names both', async () => {
    const { registry, digest } = pushed();
    let his = '';
    registry.before('create', () => registry.before('inspect', () => (his = registry.push(TAGGED, OTHER))));
    const failure = await failureOfWork(async () => settle(registry, digest));
    assert.deepEqual(
      [failure.code, failure.message],
      ['digest-mismatch', `The build made ${digest}, but the registry has ${his} as ${TAGGED}`],
    );
  });
});

test('somebody who looked before our tag was there and writes after it: both name his', async () => {
  const { registry, digest } = pushed();
  const clock = instantClock();
  let his = '';
  const other = (async (): Promise<void> => {
    await clock.sleep(150);
    his = registry.push(TAGGED, SAME);
  })();
  registry.before('create', () => clock.skip(100));
  const settled = await settle({ ...registry, ports: { ...registry.ports, clock } }, digest);
  await other;
  assert.deepEqual([settled.how, settled.image.digest, registry.tags.get(TAGGED)], ['raced', his, his]);
});

describe('a registry that does not take the tag', () => {
  test('is busy: it is looked at anew before each of three tries', async () => {
    const { registry, digest } = pushed();
    registry.fail('create', BUSY, BUSY);
    assert.equal((await settle(registry, digest)).how, 'built');
    assert.deepEqual(
      registry.commands.map(({ args }) => args[1]),
      ['inspect', 'create', 'inspect', 'create', 'inspect', 'create', 'inspect'],
    );
  });

  test('took it although its answer was lost: it is not written again', async () => {
    const { registry, digest } = pushed();
    registry.before('create', () => registry.tags.set(TAGGED, digest));
    registry.fail('create', BUSY);
    assert.equal((await settle(registry, digest)).how, 'built');
    assert.equal(registry.words('create').length, 1);
  });

  for (const [says, answers, message] of [
    ['stays busy', [BUSY, BUSY, BUSY], /did not take .*503 Service Unavailable$/],
    ['is read-only', [READ_ONLY], /did not take .*: PUT http:\/\/r\/v2\/a\/manifests\/1: 405 Method Not Allowed$/],
    ['lets nobody write', [REFUSED], /does not let this job use/],
  ] as const) {
    test(`${says}: push-refused`, async () => {
      const { registry, digest } = pushed();
      registry.fail('create', ...answers);
      const failure = await failureOfWork(async () => settle(registry, digest));
      assert.equal(failure.code, 'push-refused');
      assert.match(failure.message, message);
      assert.equal(registry.words('create').length, answers.length);
    });
  }

  test('does not say whether the tag is free: nothing is written', async () => {
    const { registry, digest } = pushed();
    const busy = 'ERROR: unexpected status from HEAD request to http://r: 503 Service Unavailable';
    registry.fail('inspect', busy, busy, busy);
    assert.equal((await failureOfWork(async () => settle(registry, digest))).code, 'push-refused');
    assert.deepEqual(registry.words('create'), []);
  });
});

test('a further tag that may not be moved: tag-taken that names it, and the tag of the commit is given', async () => {
  const { registry, digest } = pushed();
  registry.push(`${REPOSITORY}:main`, OTHER);
  registry.before('create', () => registry.tags.set(TAGGED, digest));
  registry.fail('create', IMMUTABLE, IMMUTABLE);
  const failure = await failureOfWork(async () => settle(registry, digest, ['main']));
  assert.equal(failure.code, 'tag-taken');
  assert.match(failure.message, /ghcr\.io\/org\/app:main \(PUT/);
});
