import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFiles } from '../../../src/adapters/files.ts';
import { logIn } from '../../../src/login/log-in.ts';
import type { LoginPlan } from '../../../src/plan/login-slice.ts';
import type { RegistryLogin } from '../../../src/values/registry-login.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const CONFIG = '/home/me/.docker/config.json';
const GHCR: RegistryLogin = { kind: 'password', registry: 'ghcr.io', username: 'me', password: 'ghs_token-12' };
const FALLBACK: RegistryLogin = { ...GHCR, password: 'ghs_fallback', isFallback: true };
const ENVIRONMENT = { DOCKER_CONFIG: '/private/docker', BUILDX_CONFIG: '/home/me/builders' };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const helper = (registry: string, name: string): RegistryLogin => ({ kind: 'helper', registry, helper: name });

const planOf = (...logins: readonly RegistryLogin[]): LoginPlan => ({
  logins,
  userFolder: '/home/me/.docker',
  buildersFolder: '/home/me/builders',
  folder: '/private/docker',
});

type Result = {
  readonly env: Readonly<Record<string, string>>;
  /** What was written, by path below the private folder. */
  readonly written: Readonly<Record<string, string>>;
  readonly auths: Readonly<Record<string, string>>;
  readonly masked: readonly string[];
};

async function run(
  plan: LoginPlan,
  texts: Readonly<Record<string, string>>,
  onPath: readonly string[] = [],
): Promise<Result> {
  const files = memoryFiles(texts);
  const masked: string[] = [];
  const toolCache = { onPath: async (name: string) => (onPath.includes(name) ? `/usr/bin/${name}` : undefined) };
  const ports = fakePorts({ files, toolCache, mask: (secret) => masked.push(secret) });
  const env = await logIn(plan, ports);
  const paths = await files.glob('**/*', '/private/docker');
  const written = Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [path.slice('/private/docker/'.length), await files.readText(path)] as const),
    ),
  );
  const config = JSON.parse(written['config.json'] ?? '{}');
  const auths = Object.fromEntries(
    Object.entries<{ auth?: string }>(config.auths ?? {}).map(([key, { auth = '' }]) => [
      key,
      Buffer.from(auth, 'base64').toString(),
    ]),
  );
  return { env, written, auths, masked };
}

test('without a login nothing is written, and no environment is changed', async () => {
  const { env, written } = await run(planOf(), { [CONFIG]: 'not even read' });
  assert.deepEqual([env, written], [{}, {}]);
});

test('a login is in the private configuration; builders are still looked for where the job keeps them', async () => {
  const { env, auths } = await run(planOf(GHCR), {});
  assert.deepEqual(env, ENVIRONMENT);
  assert.deepEqual(auths, { 'ghcr.io': 'me:ghs_token-12' });
});

test('a password does not reach the log in any form', async () => {
  const key = '{\n  "type": "service_account",\n  "private_key": "MIIEvQ"\n}';
  const { masked } = await run(
    planOf(GHCR, { ...GHCR, registry: 'eu.gcr.io', username: '_json_key', password: key }),
    {},
  );
  for (const secret of [
    'ghs_token-12',
    base64('me:ghs_token-12'),
    base64('ghs_token-12'),
    base64(`_json_key:${key}`),
    '"private_key": "MIIEvQ"',
  ]) {
    assert.ok(masked.includes(secret), secret);
  }
  assert.equal(masked.includes('}'), false);
});

test('a short password is masked all the same', async () => {
  const { masked } = await run(planOf({ ...GHCR, password: 'abc' }), {});
  assert.ok(masked.includes('abc'));
});

for (const [name, config] of [
  ['a login', { auths: { 'ghcr.io': { auth: Buffer.from('own:own').toString('base64') } } }],
  ['a helper', { credHelpers: { 'ghcr.io': 'gh' } }],
] as const) {
  test(`a fallback leaves ${name} of the job alone`, async () => {
    const { env, written } = await run(planOf(FALLBACK), { [CONFIG]: JSON.stringify(config) });
    assert.deepEqual([env, written], [{}, {}]);
  });
}

test('a fallback counts where the job says nothing, and never against a login that was given', async () => {
  assert.deepEqual((await run(planOf(FALLBACK), {})).auths, { 'ghcr.io': 'me:ghs_fallback' });
  assert.deepEqual((await run(planOf(GHCR, FALLBACK), {})).auths, { 'ghcr.io': 'me:ghs_token-12' });
});

test('DOCKER_AUTH_CONFIG, which docker asks first, keeps other registries and loses this one', async () => {
  const authConfig = JSON.stringify({ auths: { 'ghcr.io': { auth: 'own' }, 'quay.io': { auth: 'other' } } });
  const { env } = await run({ ...planOf(GHCR), authConfig }, {});
  assert.deepEqual(env, { ...ENVIRONMENT, DOCKER_AUTH_CONFIG: '{"auths":{"quay.io":{"auth":"other"}}}' });
});

for (const [name, authConfig] of [
  ['about other registries', '{"auths":{"quay.io":{"auth":"other"}}}'],
  ['that is no JSON', 'ghcr.io'],
  ['that is empty', ''],
] as const) {
  test(`DOCKER_AUTH_CONFIG ${name} stays as it is`, async () => {
    assert.deepEqual((await run({ ...planOf(GHCR), authConfig }, {})).env, ENVIRONMENT);
  });
}

test('a fallback leaves a login in DOCKER_AUTH_CONFIG alone', async () => {
  const authConfig = '{"auths":{"ghcr.io":{"auth":"own"}}}';
  assert.deepEqual((await run({ ...planOf(FALLBACK), authConfig }, {})).env, {});
});

test('the contexts of the job come along, with their keys', async () => {
  const { written } = await run(planOf(GHCR), {
    [CONFIG]: '{"currentContext":"remote"}',
    '/home/me/.docker/contexts/meta/ab12/meta.json': '{"Name":"remote"}',
    '/home/me/.docker/contexts/tls/ab12/docker/key.pem': 'KEY',
  });
  assert.equal(written['contexts/meta/ab12/meta.json'], '{"Name":"remote"}');
  assert.equal(written['contexts/tls/ab12/docker/key.pem'], 'KEY');
  assert.match(written['config.json'] ?? '', /"currentContext": "remote"/);
});

test('helpers that are on PATH are entered; all that are not are told at once', async () => {
  const plan = planOf(helper('eu.gcr.io', 'gcloud'), helper('1.dkr.ecr.example.com', 'ecr-login'));
  const both = ['docker-credential-gcloud', 'docker-credential-ecr-login'];
  const { written } = await run(plan, {}, both);
  assert.match(written['config.json'] ?? '', /"eu.gcr.io": "gcloud"/);
  await assert.rejects(
    run(plan, {}, []),
    (error: Error & { code?: string; problems?: readonly { message: string }[] }) => {
      assert.equal(error.code, 'input-invalid');
      assert.deepEqual(
        error.problems?.map(({ message }) => message),
        [
          'registry-auth: eu.gcr.io is entered by docker-credential-gcloud, which is not on PATH',
          'registry-auth: 1.dkr.ecr.example.com is entered by docker-credential-ecr-login, which is not on PATH',
        ],
      );
      return true;
    },
  );
});

for (const [name, text] of [
  ['is no JSON', '{"auths": {"ghcr.io": {"auth": "c2VjcmV0"'],
  ['is no object', '[]'],
] as const) {
  test(`a configuration that ${name} is an error that quotes nothing of it`, async () => {
    await assert.rejects(run(planOf(GHCR), { [CONFIG]: text }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'input-invalid');
      assert.equal(error.message.startsWith(`${CONFIG} `), true);
      assert.doesNotMatch(error.message, /c2VjcmV0|auths/);
      return true;
    });
  });
}

test('folder and file are for the owner only', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'login-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, 'docker');
  await logIn({ ...planOf(GHCR), userFolder: join(root, 'none'), folder }, fakePorts({ files: createFiles() }));
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  assert.equal((await stat(join(folder, 'config.json'))).mode & 0o777, 0o600);
});
