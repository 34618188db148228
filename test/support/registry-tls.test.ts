import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { test, type TestContext } from 'node:test';
import { memoryRegistry } from './registry-memory.ts';
import { openRegistryProxy, type RegistryProxy } from './registry-proxy.ts';
import { privateCertificate } from './registry-tls.ts';
import { tokenGate } from './registry-tokens.ts';
import { temporaryFolder } from './temporary-folder.ts';

type Tls = { readonly proxy: RegistryProxy; readonly authority: string };

async function tlsProxy(t: TestContext): Promise<Tls> {
  const registry = await memoryRegistry(t);
  const tls = await privateCertificate(await temporaryFolder(t), ['registry.example.com']);
  const gate = tokenGate({ users: [], public: /^public\// });
  const proxy = await openRegistryProxy({ upstream: registry.host, gate, tls });
  t.after(() => proxy.close());
  return { proxy, authority: await readFile(tls.authorityPath, 'utf8') };
}

type Asked = { readonly status: number | undefined; readonly challenge: string | undefined };

async function ask(url: string, ca: string | undefined, servername?: string): Promise<Asked> {
  const name = servername === undefined ? {} : { servername };
  const call = request(url, { ca, agent: false, ...name }).end();
  const [response] = await once(call, 'response');
  response.resume();
  return { status: response.statusCode, challenge: response.headers['www-authenticate'] };
}

test('who trusts the private authority reaches the registry under all its names', async (t) => {
  const { proxy, authority } = await tlsProxy(t);
  for (const name of ['127.0.0.1', 'localhost']) {
    const { status, challenge } = await ask(`https://${name}:${proxy.port}/v2/`, authority);
    assert.equal(status, 401);
    assert.match(challenge ?? '', new RegExp(`^Bearer realm="https://${name}:${proxy.port}/token"`));
  }
  assert.equal((await ask(`https://${proxy.host}/v2/`, authority, 'registry.example.com')).status, 401);
  await assert.rejects(ask(`https://${proxy.host}/v2/`, authority, 'elsewhere.example.com'), /altnames/);
});

test('who does not trust the private authority is not let through', async (t) => {
  const { proxy } = await tlsProxy(t);
  await assert.rejects(
    ask(`https://${proxy.host}/v2/`, undefined),
    /unable to verify the first certificate|self-signed/,
  );
  assert.deepEqual(proxy.requests(), []);
});

test('a reset ends a connection with TLS too', async (t) => {
  const { proxy, authority } = await tlsProxy(t);
  proxy.inject({ step: 'token', times: 1, answer: 'reset' });
  await assert.rejects(ask(`https://${proxy.host}/token`, authority), /ECONNRESET|socket hang up/);
  assert.equal((await ask(`https://${proxy.host}/token`, authority)).status, 200);
});
