import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findExisting, type Existing } from '../../../src/build/existing.ts';
import { parseInspected } from '../../../src/registry/inspect.ts';
import { INPUTS_LABEL, recordText, REVISION_LABEL } from '../../../src/build/record.ts';
import { parseImageReference } from '../../../src/values/image.ts';
import { failureOfWork } from '../../support/failures.ts';
import { BUILDX, scene, TAGGED, type Scene } from './registry-scene.ts';
import { SHA } from './settings.ts';

const INPUTS = { context: 'server', file: 'server/Dockerfile' };
const RECORD = { [INPUTS_LABEL]: recordText(INPUTS), [REVISION_LABEL]: SHA };

const look = async ({ ports }: Scene, reference = TAGGED): Promise<Existing> =>
  findExisting(parseImageReference(reference), SHA, INPUTS, BUILDX, ports);

describe('the tag of a commit', () => {
  test('is free', async () => {
    const registry = scene();
    assert.deepEqual(await look(registry), { kind: 'missing' });
    assert.deepEqual(
      registry.commands.map(({ tool, env, args }) => [tool, env, args]),
      [[BUILDX.path, BUILDX.env, ['imagetools', 'inspect', TAGGED, '--format', '{{json .}}']]],
    );
  });

  test('has the same image', async () => {
    const registry = scene();
    const digest = registry.push(TAGGED, { labels: RECORD, user: '1000' });
    const config = { user: '1000', labels: RECORD, platform: 'linux/amd64' };
    assert.deepEqual(await look(registry), { kind: 'same', digest, config });
  });

  for (const [says, labels, kind, rest] of [
    [
      'other inputs',
      { ...RECORD, [INPUTS_LABEL]: recordText({ ...INPUTS, target: 'x' }) },
      'other',
      { differences: ['target was given'] },
    ],
    [
      'another commit',
      { ...RECORD, [REVISION_LABEL]: 'a'.repeat(40) },
      'other',
      { differences: ['the commit was aaaaaaaaaaaa'] },
    ],
    ['no record', { [REVISION_LABEL]: SHA }, 'unrecorded', { revision: SHA }],
    ['no label at all', {}, 'unrecorded', { revision: undefined }],
    ['a record that is broken', { [INPUTS_LABEL]: '{' }, 'unrecorded', { revision: undefined }],
  ] as const) {
    test(`has an image with ${says}: ${kind}`, async () => {
      const registry = scene();
      const digest = registry.push(TAGGED, { labels });
      assert.deepEqual(await look(registry), { kind, digest, ...rest });
    });
  }

  test('a record without a commit is enough', async () => {
    const registry = scene();
    registry.push(TAGGED, { labels: { [INPUTS_LABEL]: recordText(INPUTS) } });
    assert.equal((await look(registry)).kind, 'same');
  });
});

/** Texts of buildx v0.36.1. */
const HEAD = `ERROR: unexpected status from HEAD request to http://127.0.0.1:5000/v2/app/manifests/1:`;
describe('a registry that does not answer as it should', () => {
  for (const words of [
    `${HEAD} 429 Too Many Requests`,
    `${HEAD} 503 Service Unavailable`,
    `${HEAD} 502 Bad Gateway`,
    'ERROR: failed to do request: Head "http://127.0.0.1:1/v2/a/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused',
    'ERROR: failed to do request: Head "http://127.0.0.1:1/v2/a/manifests/1": read tcp 127.0.0.1:5->127.0.0.1:1: read: connection reset by peer',
    'ERROR: failed to do request: Head "https://x.example/v2/": dial tcp: lookup x.example on 10.0.0.1:53: no such host',
  ]) {
    test(`"${words.slice(-40)}": it is asked three times, then nobody knows`, async () => {
      const registry = scene();
      registry.fail('inspect', words, words, words);
      assert.equal((await look(registry)).kind, 'unknown');
      assert.equal(registry.commands.length, 3);
      assert.equal(registry.heard.filter(({ kind }) => kind === 'warning').length, 2);
    });
  }

  test('it is busy once: the answer of the second time counts', async () => {
    const registry = scene();
    registry.fail('inspect', `${HEAD} 503 Service Unavailable`);
    assert.equal((await look(registry)).kind, 'missing');
  });

  for (const words of [
    `${HEAD} 401 Unauthorized`,
    `${HEAD} 403 Forbidden`,
    'ERROR: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://x/token: 403 Forbidden',
    'ERROR: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  ]) {
    test(`"${words.slice(-40)}": push-refused at once, and how one logs in`, async () => {
      const registry = scene();
      registry.fail('inspect', words);
      const failure = await failureOfWork(async () => look(registry));
      assert.equal(failure.code, 'push-refused');
      assert.match(failure.message, /^ghcr\.io does not let this job use ghcr\.io\/org\/app: /);
      assert.match(failure.hint ?? '', /registry-auth.*docker\/login-action/);
      assert.equal(registry.commands.length, 1);
    });
  }

  test('Docker Hub says "access denied" of a repository that the first push makes', async () => {
    const registry = scene();
    const words =
      'ERROR: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
    registry.fail('inspect', words, words);
    assert.equal((await look(registry, 'org/app:1')).kind, 'missing');
    assert.equal((await look(registry, 'docker.io/org/app:1')).kind, 'missing');
  });

  test('a manifest whose content is lost is not a free tag', async () => {
    const registry = scene();
    registry.fail(
      'inspect',
      'ERROR: httpReadSeeker: failed open: content at http://127.0.0.1:5000/v2/a/manifests/sha256:1 not found: not found',
    );
    assert.equal((await look(registry)).kind, 'unknown');
  });
});

const config = (labels: object): object => ({
  os: 'linux',
  architecture: 'amd64',
  config: { User: 'node', Labels: labels },
});

describe('what imagetools prints', () => {
  const digest = `sha256:${'ab'.repeat(32)}`;

  test('an image of several platforms has a configuration for each, and attestations have none', () => {
    const image = { 'linux/amd64': config({ a: 'b' }), 'linux/arm64': config({}), 'unknown/unknown': config({}) };
    assert.deepEqual(parseInspected(JSON.stringify({ name: 'x', manifest: { digest }, image })), {
      kind: 'there',
      digest,
      configs: [
        { user: 'node', labels: { a: 'b' }, platform: 'linux/amd64' },
        { user: 'node', labels: {}, platform: 'linux/arm64' },
      ],
    });
  });

  test('platforms that disagree about what they were built from are no record', async () => {
    const registry = scene();
    const image = { 'linux/amd64': config(RECORD), 'linux/arm64': config({}) };
    const stdout = JSON.stringify({ manifest: { digest }, image });
    const run = async () => Promise.resolve({ exitCode: 0, stdout, stderr: '', timedOut: false });
    const ports = { ...registry.ports, exec: { ...registry.ports.exec, run } };
    assert.equal((await look({ ...registry, ports })).kind, 'unrecorded');
  });

  for (const text of ['', '{', '[]', '{"manifest":{"digest":"sha256:abc"}}', `{"digest":"${digest}"}`]) {
    test(`${text} says nothing`, () => assert.equal(parseInspected(text), undefined));
  }
});
