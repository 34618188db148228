import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { memoryRegistry } from './registry-memory.ts';
import { openRegistryProxy, type Gate, type RegistryProxy } from './registry-proxy.ts';
import { tokenGate, type TokenRules } from './registry-tokens.ts';
import { basicGate } from './registry-users.ts';

const USERS = [
  { name: 'reader', password: 'read:secret', may: 'pull' },
  { name: 'writer', password: 'write-secret', may: 'push', repositories: /^org\// },
] as const;

async function proxyBehind(t: TestContext, gate: Gate): Promise<RegistryProxy> {
  const registry = await memoryRegistry(t);
  for (const repository of ['org/app', 'other/app', 'library/base']) {
    registry.putManifest(repository, {}, 'v1');
  }
  const proxy = await openRegistryProxy({ upstream: registry.host, gate });
  t.after(() => proxy.close());
  return proxy;
}

type Ask = { readonly method?: string; readonly authorization?: string | undefined };

async function ask(proxy: RegistryProxy, path: string, { method = 'GET', authorization }: Ask = {}): Promise<Response> {
  const headers = authorization === undefined ? {} : { authorization };
  return fetch(`http://${proxy.host}${path}`, { method, headers, ...(method === 'PUT' ? { body: '{}' } : {}) });
}

const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
const READER = basic('reader', 'read:secret');
const WRITER = basic('writer', 'write-secret');

test('with Basic everybody needs a password, and may do what the user may', async (t) => {
  const proxy = await proxyBehind(t, basicGate({ users: USERS, public: /^library\// }));
  const app = '/v2/org/app/manifests/v1';
  const cases: readonly (readonly [path: string, ask: Ask, status: number, user?: string])[] = [
    ['/v2/', {}, 401],
    ['/v2/', { authorization: WRITER }, 200, 'writer'],
    [app, {}, 401],
    [app, { authorization: basic('reader', 'wrong') }, 401, 'reader'],
    [app, { authorization: READER }, 200, 'reader'],
    [app, { authorization: READER, method: 'PUT' }, 403, 'reader'],
    [app, { authorization: WRITER, method: 'PUT' }, 201, 'writer'],
    ['/v2/other/app/manifests/v1', { authorization: WRITER }, 403, 'writer'],
    ['/v2/library/base/manifests/v1', {}, 200],
    ['/v2/library/base/manifests/v1', { method: 'PUT' }, 401],
  ];
  for (const [path, how, status] of cases) {
    const response = await ask(proxy, path, how);
    assert.equal(response.status, status, `${path} ${JSON.stringify(how)}`);
    assert.equal(response.headers.get('www-authenticate'), status === 401 ? 'Basic realm="registry"' : null);
  }
  assert.deepEqual(
    proxy.requests().map(({ user }) => user),
    cases.map(([, , , user]) => user),
  );
  assert.doesNotMatch(JSON.stringify(proxy.requests()), /secret|wrong/, 'no password is written down');
});

/** Follows a challenge as a client does, and asks again. */
async function withToken(proxy: RegistryProxy, path: string, method: string, credentials?: string): Promise<Response> {
  const challenge = (await ask(proxy, path, { method })).headers.get('www-authenticate') ?? '';
  const [, realm = '', service = '', scope = ''] =
    /^Bearer realm="(.+?)",service="(.+?)",scope="(.+?)"$/.exec(challenge) ?? [];
  assert.equal(realm, `http://${proxy.host}/token`, challenge);
  const query = new URLSearchParams({ service, scope }).toString();
  const response = await ask(proxy, `/token?${query}`, { authorization: credentials });
  if (!response.ok) {
    return response;
  }
  return ask(proxy, path, { method, authorization: `Bearer ${await tokenIn(response)}` });
}

async function tokenIn(response: Response): Promise<string> {
  const body: unknown = await response.json();
  assert.ok(typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string');
  return body.token;
}

const TOKENS: TokenRules = { users: USERS, public: /^library\// };

test('the registry behind sees no credentials', async (t) => {
  const registry = await memoryRegistry(t);
  const proxy = await openRegistryProxy({ upstream: registry.host, gate: basicGate({ users: USERS }) });
  t.after(() => proxy.close());
  assert.equal((await ask(proxy, '/v2/', { authorization: READER })).status, 200);
  assert.deepEqual(registry.credentials(), []);
});

test('a token is for what the user may do', async (t) => {
  const proxy = await proxyBehind(t, tokenGate(TOKENS));
  const cases: readonly (readonly [
    repository: string,
    method: string,
    credentials: string | undefined,
    status: number,
  ])[] = [
    ['org/app', 'GET', READER, 200],
    ['org/app', 'PUT', READER, 401],
    ['org/app', 'PUT', WRITER, 201],
    ['other/app', 'PUT', WRITER, 401],
    ['org/app', 'GET', basic('writer', 'wrong'), 401],
    ['org/app', 'GET', undefined, 401],
    ['library/base', 'GET', undefined, 200],
  ];
  for (const [repository, method, credentials, status] of cases) {
    const response = await withToken(proxy, `/v2/${repository}/manifests/v1`, method, credentials);
    assert.equal(response.status, status, `${method} ${repository}`);
  }
  assert.deepEqual(
    proxy
      .requests()
      .slice(0, 3)
      .map(({ step, user, status, answeredBy }) => [step, user, status, answeredBy]),
    [
      ['manifest-get', undefined, 401, 'gate'],
      ['token', 'reader', 200, 'gate'],
      ['manifest-get', 'reader', 200, 'registry'],
    ],
  );
});

test('a token for pull is refused for push, in the way of Docker or of GitHub', async (t) => {
  const manifest = '/v2/org/app/manifests/v2';
  const ofDocker = await withToken(await proxyBehind(t, tokenGate(TOKENS)), manifest, 'PUT', READER);
  assert.match(
    ofDocker.headers.get('www-authenticate') ?? '',
    /scope="repository:org\/app:pull,push",error="insufficient_scope"$/,
  );
  const rules = { ...TOKENS, weakToken: 'denied', wrongPassword: 403 } as const;
  const proxy = await proxyBehind(t, tokenGate(rules));
  const ofGitHub = await withToken(proxy, manifest, 'PUT', READER);
  assert.equal(ofGitHub.status, 403);
  assert.match(await ofGitHub.text(), /"code":"DENIED"/);
  assert.equal((await withToken(proxy, manifest, 'PUT', basic('writer', 'wrong'))).status, 403);
});

test('a token has an end, and a made-up one has no beginning', async (t) => {
  const proxy = await proxyBehind(t, tokenGate({ ...TOKENS, tokenSeconds: 0 }));
  for (const response of [
    await withToken(proxy, '/v2/org/app/manifests/v1', 'GET', READER),
    await ask(proxy, '/v2/org/app/manifests/v1', { authorization: 'Bearer made-up' }),
  ]) {
    assert.match(response.headers.get('www-authenticate') ?? '', /error="invalid_token"$/);
  }
});

test('a token can be asked for with a form, for several repositories at once', async (t) => {
  const proxy = await proxyBehind(t, tokenGate(TOKENS));
  const scopes = ['repository:org/app:pull,push repository:org/more:pull', 'repository:other/app:pull'];
  const body = new URLSearchParams({ grant_type: 'password', username: 'reader', password: 'read:secret' });
  scopes.forEach((scope) => body.append('scope', scope));
  const token = await tokenIn(await fetch(`http://${proxy.host}/token`, { method: 'POST', body }));
  const authorization = `Bearer ${token}`;
  assert.equal((await ask(proxy, '/v2/', { authorization })).status, 200);
  assert.equal((await ask(proxy, '/v2/org/app/manifests/v1', { authorization })).status, 200);
  assert.equal((await ask(proxy, '/v2/other/app/manifests/v1', { authorization })).status, 200);
  assert.equal((await ask(proxy, '/v2/org/app/manifests/v1', { authorization, method: 'PUT' })).status, 401);
  assert.equal((await ask(proxy, '/v2/library/base/manifests/v1', { authorization })).status, 401, 'not asked for');
});

test('a fault is not spent on a request without credentials; one of the token service is', async (t) => {
  const proxy = await proxyBehind(t, tokenGate(TOKENS));
  proxy.inject({ step: 'manifest-get', times: 1, answer: { status: 503 } });
  assert.equal((await withToken(proxy, '/v2/org/app/manifests/v1', 'GET', READER)).status, 503);
  proxy.inject({ step: 'token', times: 1, answer: { status: 500 } });
  assert.equal((await withToken(proxy, '/v2/org/app/manifests/v1', 'GET', READER)).status, 500);
  assert.equal((await withToken(proxy, '/v2/org/app/manifests/v1', 'GET', READER)).status, 200);
});
