import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createImageLookup } from '../../../src/registry/lookup.ts';
import type { Command, CommandResult } from '../../../src/ports.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const DIGEST = (letter: string): string => `sha256:${letter.repeat(64)}`;
const INDEX = DIGEST('1');
const AMD = DIGEST('2');
const ARM = DIGEST('3');
const CONFIG = DIGEST('4');

/** A registry by what `buildx imagetools inspect` answers for a reference. */
function lookupWith(answers: Readonly<Record<string, string>>, stderr = ''): ReturnType<typeof createImageLookup> {
  const run = async ({ tool, env, args }: Command): Promise<CommandResult> => {
    assert.deepEqual([tool, env], ['buildx', { DOCKER_CONFIG: '/private' }]);
    const reference = args.find((arg) => arg.includes('/')) ?? '';
    const stdout = answers[reference];
    return { exitCode: stdout === undefined ? 1 : 0, stdout: stdout ?? '', stderr, timedOut: false };
  };
  return createImageLookup(
    async () => ({ path: 'buildx', env: { DOCKER_CONFIG: '/private' } }),
    fakePorts({ exec: { run } }),
  );
}

describe('whether the registry has an image', () => {
  test('it answers with a manifest: it is there', async () => {
    assert.equal(await lookupWith({ 'reg.example/app:1': '{}' }).has('reg.example/app:1'), 'there');
  });
  for (const words of ['ERROR: reg.example/app:1: not found', 'manifest unknown', 'NAME_UNKNOWN: name unknown']) {
    test(`"${words}": it is missing`, async () => {
      assert.equal(await lookupWith({}, words).has('reg.example/app:1'), 'missing');
    });
  }
  for (const words of ['401 Unauthorized', 'dial tcp: lookup reg.example: no such host', '']) {
    test(`"${words}": nobody knows`, async () => {
      assert.equal(await lookupWith({}, words).has('reg.example/app:1'), 'unknown');
    });
  }
  test('a runner without buildx does not know, and runs nothing', async () => {
    assert.equal(await createImageLookup(async () => undefined, fakePorts({})).has('reg.example/app:1'), 'unknown');
  });
});

test('an index is known by its own digest, those of its platforms, and those of their configurations', async () => {
  const lookup = lookupWith({
    [`reg.example/app:1@${INDEX}`]: JSON.stringify({ manifests: [{ digest: AMD }, { digest: ARM }] }),
    [`reg.example/app@${AMD}`]: JSON.stringify({ config: { digest: CONFIG } }),
  });
  assert.deepEqual([...(await lookup.digestsOf(`reg.example/app:1@${INDEX}`))], [INDEX, AMD, ARM, CONFIG]);
});

test('a registry that does not answer leaves the digest that was deployed', async () => {
  assert.deepEqual([...(await lookupWith({}).digestsOf(`reg.example/app:1@${INDEX}`))], [INDEX]);
});
