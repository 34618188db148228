import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../../../src/adapters/sha256.ts';
import { parsePrinted } from '../../../../src/build/bake/file.ts';
import { bakeImagesOf, type BakeImage } from '../../../../src/build/bake/images.ts';
import type { BakePlan } from '../../../../src/plan/build-slices.ts';
import { formatImageReference } from '../../../../src/values/image.ts';
import { failureOfWork } from '../../../support/failures.ts';
import { PLAN } from './buildx.ts';
import { SHA } from '../settings.ts';

function imagesOf(target: Readonly<Record<string, object>>, plan: Partial<BakePlan> = {}): readonly BakeImage[] {
  const whole = { ...PLAN, ...plan };
  const names = Object.keys(target).filter((name) => name !== 'base');
  return bakeImagesOf(parsePrinted(JSON.stringify({ target }), names), whole, sha256);
}

const told = ({ image, tags }: BakeImage): string => `${formatImageReference(image)} ${tags.join(',')}`.trim();

describe('where a target is pushed', () => {
  for (const [says, definition, plan, expected] of [
    ['the repository of its tag', { tags: ['ghcr.io/org/server:latest'] }, {}, `ghcr.io/org/server:${SHA} latest`],
    ['a tag without a tag is "latest"', { tags: ['ghcr.io/org/server'] }, {}, `ghcr.io/org/server:${SHA} latest`],
    [
      'tags of the file come before those of the plan, each once',
      { tags: ['org/server:1', 'docker.io/org/server:main', `org/server:${SHA}`] },
      { tags: ['main', 'v1'] },
      `org/server:${SHA} 1,main,v1`,
    ],
    ['no tags: its name below the image', {}, { tags: ['main'] }, `reg.example/org/app/server:${SHA} main`],
    ['an empty list is no tags', { tags: [] }, {}, `reg.example/org/app/server:${SHA}`],
  ] as const) {
    test(says, () => assert.deepEqual(imagesOf({ server: definition }, plan).map(told), [expected]));
  }
});

test('targets that check something are no images', () => {
  const images = imagesOf({ server: {}, lint: { output: [{ type: 'cacheonly' }] } });
  assert.deepEqual(
    images.map(({ target }) => target.name),
    ['server'],
  );
});

describe('targets that cannot be pushed', () => {
  for (const [says, targets, plan, lines] of [
    [
      'tags of two repositories',
      { mixed: { tags: ['org/one:1', 'org/two:1'] } },
      {},
      ['docker-bake.hcl: target "mixed": its tags are of two repositories, org/one and org/two'],
    ],
    [
      'no tags and no input image',
      { a: {} },
      { image: undefined },
      ['docker-bake.hcl: target "a": it has no tags, and there is no input image to name its repository by'],
    ],
    [
      'one repository for two targets',
      { app: { tags: ['org/app:1'] }, debug: { tags: ['org/app:debug'] } },
      {},
      [
        `docker-bake.hcl: target "debug": it is pushed to org/app, and so is the target "app": both would be org/app:${SHA}`,
      ],
    ],
    [
      'only checks',
      { lint: { output: [{ type: 'local', dest: 'x' }] } },
      {},
      ['No target of docker-bake.hcl that is asked for makes an image'],
    ],
  ] as const) {
    test(says, async () => {
      const failure = await failureOfWork(() => imagesOf(targets, plan));
      assert.deepEqual([failure.code, failure.lines], ['input-invalid', lines]);
    });
  }

  test('all of them are told at once', async () => {
    const failure = await failureOfWork(() =>
      imagesOf({ a: { tags: ['Bad Name:x'] }, b: { tags: ['org/one', 'org/two'] }, c: {} }),
    );
    assert.equal(failure.lines.length, 2);
    assert.equal(failure.message, '2 targets of docker-bake.hcl cannot be pushed');
  });
});

const inputsOf = (definition: object, plan: Partial<BakePlan> = {}, base: object = {}): object =>
  imagesOf({ server: definition, base }, plan)[0]?.inputs ?? {};
const hash = (text: string): string => sha256(text).slice(0, 16);

describe('what a target is built from', () => {
  test('context, Dockerfile, stage, platforms and hashes of the arguments', () => {
    assert.deepEqual(
      inputsOf({
        context: 'server',
        dockerfile: 'Dockerfile',
        target: 'prod',
        args: { VERSION: '1' },
        platforms: ['linux/arm64', 'linux/amd64'],
        contexts: { alpine: 'docker-image://alpine:3' },
      }),
      {
        context: 'server',
        file: 'server/Dockerfile',
        target: 'prod',
        platforms: 'linux/amd64,linux/arm64',
        'arg VERSION': hash('1'),
        'context alpine': 'docker-image://alpine:3',
      },
    );
  });

  test('what it is linked to, at any distance, and never for ever', () => {
    const linked = { context: '.', args: { A: '1' }, contexts: { again: 'target:base' } };
    assert.deepEqual(inputsOf({ context: 'agent', contexts: { b: 'target:base' } }, {}, linked), {
      context: 'agent',
      file: 'agent/Dockerfile',
      'context b': 'target:base',
      'base context': '.',
      'base file': 'Dockerfile',
      'arg base.A': hash('1'),
      'base context again': 'target:base',
    });
  });

  test('a Dockerfile in the bake file counts by its text', () => {
    const [one, same, other] = ['FROM a', 'FROM a', 'FROM b'].map((text) => inputsOf({ 'dockerfile-inline': text }));
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
  });

  test('arguments of the plan are in what is printed, its proofs are not', () => {
    const plan = { buildArgs: ['VERSION=2'], proofs: { provenance: 'mode=max', sbom: 'true', attests: [] } };
    assert.deepEqual(inputsOf({ args: { VERSION: '2' } }, plan), {
      provenance: 'mode=max',
      sbom: 'true',
      context: '.',
      file: 'Dockerfile',
      'arg VERSION': hash('2'),
    });
  });

  test('no value of an argument is readable', () => {
    assert.equal(JSON.stringify(inputsOf({ args: { TOKEN: 'hush-hush' } })).includes('hush-hush'), false);
  });
});
