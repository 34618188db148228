import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, knows, withLogins } from '../../../src/login/docker-config.ts';
import type { RegistryLogin } from '../../../src/values/registry-login.ts';

const PLUGINS = '/home/me/.docker/cli-plugins';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function password(registry: string): RegistryLogin {
  return { kind: 'password', registry, username: 'me', password: 'pass:word' };
}

const OURS = { auth: base64('me:pass:word') };

for (const [name, own, login, expected] of [
  ['nothing', {}, password('ghcr.io'), { auths: { 'ghcr.io': OURS } }],
  [
    'other registries and settings',
    { auths: { 'quay.io': { auth: 'x' } }, currentContext: 'remote', HttpHeaders: { 'X-A': 'b' }, proxies: {} },
    password('ghcr.io'),
    {
      auths: { 'quay.io': { auth: 'x' }, 'ghcr.io': OURS },
      currentContext: 'remote',
      HttpHeaders: { 'X-A': 'b' },
      proxies: {},
    },
  ],
  [
    'an older login, in the old spelling too',
    { auths: { 'ghcr.io': { identitytoken: 'old' }, 'https://ghcr.io/v1/': { auth: 'old' } } },
    password('ghcr.io'),
    { auths: { 'ghcr.io': OURS } },
  ],
  [
    'a helper of the host and one of another',
    { credHelpers: { 'ghcr.io': 'gh', 'eu.gcr.io': 'gcloud' } },
    password('ghcr.io'),
    { auths: { 'ghcr.io': OURS }, credHelpers: { 'eu.gcr.io': 'gcloud' } },
  ],
  [
    'a store for all hosts',
    { credsStore: 'desktop', auths: { 'quay.io': {}, 'ghcr.io': {} } },
    password('ghcr.io'),
    { credsStore: 'desktop', auths: { 'quay.io': {}, 'ghcr.io': OURS }, credHelpers: { 'ghcr.io': '' } },
  ],
  [
    'a password, where a helper is wanted',
    { auths: { 'eu.gcr.io': { auth: 'old' } } },
    { kind: 'helper', registry: 'eu.gcr.io', helper: 'gcloud' } as const,
    { auths: {}, credHelpers: { 'eu.gcr.io': 'gcloud' } },
  ],
  [
    "Docker Hub's key",
    { auths: { 'docker.io': { auth: 'old' } }, credHelpers: { 'https://index.docker.io/v1/': 'old' } },
    password('docker.io'),
    { auths: { 'https://index.docker.io/v1/': OURS } },
  ],
  ['what is no object', { auths: [], credHelpers: 'x' }, password('ghcr.io'), { auths: { 'ghcr.io': OURS } }],
] as const) {
  test(`a login beside ${name}`, () => {
    assert.deepEqual(withLogins(own, [login], PLUGINS), { ...expected, cliPluginsExtraDirs: [PLUGINS] });
  });
}

const parts = (...logins: readonly RegistryLogin[]): readonly unknown[] => {
  const { auths, credHelpers } = withLogins({}, logins, PLUGINS);
  return [auths, credHelpers];
};

test('of two logins of one registry the last counts, whatever kind it is', () => {
  const helper: RegistryLogin = { kind: 'helper', registry: 'ghcr.io', helper: 'gh' };
  assert.deepEqual(parts(password('ghcr.io'), helper), [{}, { 'ghcr.io': 'gh' }]);
  assert.deepEqual(parts(helper, password('ghcr.io')), [{ 'ghcr.io': OURS }, undefined]);
});

test("the job's own folders of plugins stay", () => {
  const config = withLogins({ cliPluginsExtraDirs: ['/opt/plugins'] }, [password('ghcr.io')], PLUGINS);
  assert.deepEqual(config['cliPluginsExtraDirs'], [PLUGINS, '/opt/plugins']);
});

test("the job's own configuration is left as it is", () => {
  const own = { auths: { 'ghcr.io': { auth: 'old' } }, credHelpers: { 'ghcr.io': 'gh' } };
  const before = JSON.stringify(own);
  withLogins(own, [password('ghcr.io')], PLUGINS);
  assert.equal(JSON.stringify(own), before);
});

for (const name of ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'https://index.docker.io/v1/']) {
  test(`${name} is Docker Hub`, () => {
    assert.equal(keyOf(name), 'https://index.docker.io/v1/');
    assert.equal(knows({ auths: { 'https://index.docker.io/v1/': {} } }, name), true);
  });
}

for (const [config, is] of [
  [{}, false],
  [{ auths: { 'ghcr.io': { auth: 'x' } } }, true],
  [{ auths: { 'https://ghcr.io': { auth: 'x' } } }, true],
  [{ credsStore: 'desktop', auths: { 'ghcr.io': {} } }, true],
  [{ credsStore: 'desktop' }, false],
  [{ credHelpers: { 'ghcr.io': 'gh' } }, true],
  [{ auths: { 'ghcr.io.example.com': { auth: 'x' } } }, false],
] as const) {
  test(`${JSON.stringify(config)} ${is ? 'says' : 'does not say'} how ghcr.io is entered`, () => {
    assert.equal(knows(config, 'ghcr.io'), is);
  });
}
