import assert from 'node:assert/strict';
import { createServer, request, type IncomingMessage } from 'node:http';
import { test, type TestContext } from 'node:test';
import { READ_ONLY, tagExists, type RegistryFault } from './registry-faults.ts';
import { digestOf, memoryRegistry, type MemoryRegistry } from './registry-memory.ts';
import { openRegistryProxy, type RegistryProxy } from './registry-proxy.ts';
import { registryRequest } from './registry-steps.ts';
import { until } from './until.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

async function proxyOf(t: TestContext): Promise<{ readonly proxy: RegistryProxy; readonly registry: MemoryRegistry }> {
  const registry = await memoryRegistry(t);
  const proxy = await openRegistryProxy({ upstream: registry.host });
  t.after(() => proxy.close());
  return { proxy, registry };
}

async function ask(proxy: RegistryProxy, method: string, path: string, body?: Buffer | string): Promise<Response> {
  return fetch(new URL(path, `http://${proxy.host}`), { method, ...(body === undefined ? {} : { body }) });
}

test('requests are told apart by what they are for', () => {
  const cases: readonly (readonly [line: string, step: string, repository: string, reference: string])[] = [
    ['GET /v2/', 'ping', '', ''],
    ['HEAD /v2/app/manifests/v1', 'manifest-head', 'app', 'v1'],
    [`GET /v2/org/app/manifests/${DIGEST}`, 'manifest-get', 'org/app', DIGEST],
    ['PUT /v2/org/blobs/manifests/v1', 'manifest-put', 'org/blobs', 'v1'],
    [`HEAD /v2/app/blobs/${DIGEST}`, 'blob-head', 'app', DIGEST],
    [`GET /v2/app/blobs/${DIGEST}?ns=docker.io`, 'blob-get', 'app', DIGEST],
    ['POST /v2/app/blobs/uploads/', 'upload-start', 'app', ''],
    [`POST /v2/app/blobs/uploads/?mount=${DIGEST}&from=base`, 'upload-start', 'app', DIGEST],
    ['PATCH /v2/app/blobs/uploads/77?_state=x', 'upload-patch', 'app', ''],
    [`PUT /v2/app/blobs/uploads/77?_state=x&digest=${encodeURIComponent(DIGEST)}`, 'upload-put', 'app', DIGEST],
    ['GET /token?service=x', 'token', '', ''],
    ['GET /v2/_catalog', 'other', '', ''],
    ['DELETE /v2/app/manifests/v1', 'other', 'app', 'v1'],
  ];
  for (const [line, step, repository, reference] of cases) {
    const [method = '', path = ''] = line.split(' ');
    assert.deepEqual(registryRequest(method, path), { method, path, step, repository, reference }, line);
  }
});

test('a blob goes through in both directions, its upload stays with the proxy, and all of it is written down', async (t) => {
  const { proxy, registry } = await proxyOf(t);
  const blob = Buffer.alloc(3_000_000, 'layer');
  const location = (await ask(proxy, 'POST', '/v2/org/app/blobs/uploads/')).headers.get('location') ?? '';
  assert.match(location, new RegExp(`^http://${proxy.host}/v2/org/app/blobs/uploads/`));

  await ask(proxy, 'PUT', `${location}?digest=${digestOf(blob)}`, blob);
  const back = await ask(proxy, 'GET', `/v2/org/app/blobs/${digestOf(blob)}`);
  assert.equal(digestOf(Buffer.from(await back.arrayBuffer())), digestOf(blob));
  assert.equal((await ask(proxy, 'HEAD', '/v2/org/app/manifests/v1')).status, 404);
  const put = await ask(proxy, 'PUT', '/v2/org/app/manifests/v1', '{}');
  assert.equal((await fetch(`http://${registry.host}/v2/org/app/manifests/v1`)).status, 200, 'it is in the registry');
  assert.deepEqual(
    proxy.requests().map(({ step, reference, status, answeredBy }) => [step, reference, status, answeredBy]),
    [
      ['upload-start', '', 202, 'registry'],
      ['upload-put', digestOf(blob), 201, 'registry'],
      ['blob-get', digestOf(blob), 200, 'registry'],
      ['manifest-head', 'v1', 404, 'registry'],
      ['manifest-put', 'v1', 201, 'registry'],
    ],
  );
  assert.equal(proxy.requests().at(-1)?.digest, put.headers.get('docker-content-digest'));
  proxy.forgetRequests();
  assert.deepEqual(proxy.requests(), []);
});

test('a fault is about its step, repository and reference, so many times', async (t) => {
  const { proxy } = await proxyOf(t);
  const answer = { status: 429, retryAfterSeconds: 7 };
  proxy.inject({ step: 'manifest-put', repository: /^org\//, reference: /^v\d$/, times: 2, answer });
  const statusOf = async (path: string): Promise<number> => (await ask(proxy, 'PUT', path, '{}')).status;
  assert.equal(await statusOf('/v2/other/manifests/v1'), 201);
  assert.equal(await statusOf('/v2/org/app/manifests/latest'), 201);
  const refused = await ask(proxy, 'PUT', '/v2/org/app/manifests/v1', '{}');
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '7']);
  assert.deepEqual(await refused.json(), {
    errors: [{ code: 'TOOMANYREQUESTS', message: 'too many requests', detail: null }],
  });
  assert.equal(await statusOf('/v2/org/app/manifests/v2'), 429);
  assert.equal(await statusOf('/v2/org/app/manifests/v3'), 201);
  assert.deepEqual(
    proxy.requests().map(({ answeredBy }) => answeredBy),
    ['registry', 'registry', 'fault', 'fault', 'registry'],
  );
});

test('what is not passed on does not reach the registry, and heal ends what is for ever', async (t) => {
  const { proxy, registry } = await proxyOf(t);
  proxy.inject({ step: 'manifest-put', times: 'always', answer: tagExists });
  const refused = await ask(proxy, 'PUT', '/v2/org/app/manifests/v1', '{}');
  assert.match(
    await refused.text(),
    /"code":"TAG_INVALID","message":"The image tag 'v1' already exists in the 'org\/app'/,
  );
  assert.equal((await fetch(`http://${registry.host}/v2/org/app/manifests/v1`)).status, 404);
  proxy.heal();
  assert.equal((await ask(proxy, 'PUT', '/v2/org/app/manifests/v1', '{}')).status, 201);
});

test('a registry in maintenance answers in plain text', async (t) => {
  const { proxy } = await proxyOf(t);
  proxy.inject({ step: 'upload-start', times: 1, answer: READ_ONLY });
  const refused = await ask(proxy, 'POST', '/v2/app/blobs/uploads/');
  assert.deepEqual([refused.status, await refused.text()], [405, 'Method not allowed\n']);
});

test('a reset breaks the connection before there is an answer', async (t) => {
  const { proxy, registry } = await proxyOf(t);
  proxy.inject({ step: 'manifest-put', times: 1, answer: 'reset' });
  await assert.rejects(ask(proxy, 'PUT', '/v2/app/manifests/v1', '{}'), (error: Error) => {
    assert.match(String(error.cause), /ECONNRESET|other side closed/);
    return true;
  });
  assert.equal((await fetch(`http://${registry.host}/v2/app/manifests/v1`)).status, 404);
  const [record] = proxy.requests();
  assert.deepEqual([record?.status, record?.answeredBy], [0, 'fault']);
});

test('an answer that is cut breaks off in its middle', async (t) => {
  const { proxy, registry } = await proxyOf(t);
  const digest = registry.putBlob('app', Buffer.alloc(200_000, 'x'));
  proxy.inject({ step: 'blob-get', times: 1, answer: 'cut' });
  const response = await ask(proxy, 'GET', `/v2/app/blobs/${digest}`);
  let received = 0;
  await assert.rejects(async () => {
    for await (const chunk of response.body ?? []) {
      received += chunk.length;
    }
  });
  assert.equal(response.status, 200);
  assert.ok(received > 0 && received <= 100_000, `${received} bytes`);
});

test('silence lasts until heal, which passes the request on', async (t) => {
  const { proxy } = await proxyOf(t);
  proxy.inject({ step: 'ping', times: 1, answer: 'silence' });
  const answer = ask(proxy, 'GET', '/v2/');
  await until('the request', async () => proxy.requests()[0]);
  assert.equal((await ask(proxy, 'GET', '/v2/')).status, 200, 'the next one is answered');
  assert.equal(proxy.requests()[0]?.answeredBy, 'nobody');
  proxy.heal();
  assert.equal((await answer).status, 200);
});

test('a proxy that is closed leaves nobody waiting', async (t) => {
  const registry = await memoryRegistry(t);
  const proxy = await openRegistryProxy({ upstream: registry.host });
  proxy.inject({ step: 'ping', times: 'always', answer: 'silence' });
  const answer = assert.rejects(ask(proxy, 'GET', '/v2/'));
  await until('the request', async () => proxy.requests()[0]);
  await proxy.close();
  await answer;
  await assert.rejects(ask(proxy, 'GET', '/v2/'), 'nobody listens any more');
});

test('a client that gives up in the middle of an upload takes the upload behind the proxy along', async (t) => {
  const arrived = Promise.withResolvers<IncomingMessage>();
  const server = createServer(arrived.resolve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy = await openRegistryProxy({
    upstream: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
  });
  t.after(async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  });
  const call = request(`http://${proxy.host}/v2/app/blobs/uploads/1`, { method: 'PUT' });
  call.on('error', () => undefined);
  call.write('half of it');
  const upload = await arrived.promise;
  const broken = new Promise((resolve) => upload.once('close', resolve));
  upload.on('error', () => undefined).resume();
  call.destroy();
  await broken;
  assert.equal(upload.complete, false);
});

test('a hook runs once, before its request reaches the registry, and before a fault', async (t) => {
  const { proxy, registry } = await proxyOf(t);
  const theirs = { mediaType: 'application/vnd.oci.image.manifest.v1+json' };
  const seen: (number | undefined)[] = [];
  proxy.before({ step: 'manifest-put', reference: /^v1$/ }, async () => {
    seen.push((await fetch(`http://${registry.host}/v2/app/manifests/v1`)).status);
    registry.putManifest('app', theirs, 'v1');
  });
  proxy.inject({ step: 'manifest-put', times: 1, answer: tagExists } satisfies RegistryFault);
  assert.equal((await ask(proxy, 'PUT', '/v2/app/manifests/v1', '{}')).status, 400);
  assert.deepEqual(await (await ask(proxy, 'GET', '/v2/app/manifests/v1')).json(), theirs);
  assert.equal((await ask(proxy, 'PUT', '/v2/app/manifests/v1', '{}')).status, 201);
  assert.deepEqual(seen, [404]);
});

test('a hook that fails fails its request, and the test that closes the proxy', async (t) => {
  const registry = await memoryRegistry(t);
  const proxy = await openRegistryProxy({ upstream: registry.host });
  proxy.before({ step: 'ping' }, async () => {
    throw new Error('the other push failed');
  });
  assert.equal((await ask(proxy, 'GET', '/v2/')).status, 500);
  await assert.rejects(proxy.close(), AggregateError);
});
