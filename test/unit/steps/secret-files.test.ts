import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildPlan } from '../../../src/plan/build-slices.ts';
import type { BuildSecret } from '../../../src/values/build-secret.ts';
import { maskSecretFiles } from '../../../src/steps/secret-files.ts';
import { failureOfWork } from '../../support/failures.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { PLAN } from '../build/registry-scene.ts';

const FILES = {
  '/checkout/npm/.npmrc': '//registry/:_authToken=token-1\nalways-auth=true\n',
  '/etc/key': 'other-key-1',
};
const SECRETS: readonly BuildSecret[] = [
  { kind: 'file', id: 'npm', path: 'npm/.npmrc' },
  { kind: 'file', id: 'key', path: '/etc/key' },
  { kind: 'value', id: 'value', value: 'not of a file' },
];

async function masked(plan: Partial<BuildPlan>): Promise<readonly string[]> {
  const seen: string[] = [];
  const build = { ...PLAN, workspace: '/checkout', secrets: SECRETS, ...plan };
  await maskSecretFiles({ kind: 'build', build }, { files: memoryFiles(FILES), mask: (text) => seen.push(text) });
  return seen;
}

test('what is in the files of secrets is masked, as a whole and line by line', async () => {
  assert.deepEqual(await masked({}), [
    FILES['/checkout/npm/.npmrc'],
    '//registry/:_authToken=token-1',
    'always-auth=true',
    'other-key-1',
  ]);
});

test('a build argument that holds what is in such a file is told, without what it is', async () => {
  const buildArgs = ['ONE=x other-key-1', 'TWO=//registry/:_authToken=token-1', 'THREE=other'];
  const { code, lines } = await failureOfWork(async () => masked({ buildArgs }));
  assert.equal(code, 'input-invalid');
  assert.deepEqual(lines, ['build-args: TWO holds the secret npm', 'build-args: ONE holds the secret key']);
});

test('files that are not there are told, all at once', async () => {
  const secrets = ['none.txt', 'npm'].map((path): BuildSecret => ({ kind: 'file', id: `of ${path}`, path }));
  const { code, lines } = await failureOfWork(async () => masked({ secrets }));
  assert.equal(code, 'input-invalid');
  assert.deepEqual(lines, [
    'secrets: of none.txt has no value, there is no file none.txt',
    'secrets: of npm has no value, there is no file npm',
  ]);
});

test('without a build nothing is read', async () => {
  const images = { kind: 'prebuilt', images: [] } as const;
  await maskSecretFiles(images, { files: memoryFiles({}), mask: () => assert.fail('nothing is there to mask') });
});
