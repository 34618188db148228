import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCancellation } from '../../../src/adapters/cancellation.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import type { HttpTarget } from '../../../src/http.ts';
import { failureOfWork } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A real server on a unix socket. */
async function serve(
  t: TestContext,
  listener: RequestListener,
): Promise<HttpTarget & { readonly connections: () => number }> {
  const socketPath = join(await temporaryFolder(t), 'api.sock');
  let connections = 0;
  const server = createServer(listener).on('connection', () => {
    connections += 1;
  });
  server.listen(socketPath);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { kind: 'socket', socketPath, connections: () => connections };
}

const get = (path: string) => ({ method: 'GET', path, timeoutSeconds: 5 }) as const;

test('method, path, headers and body go out; status, headers and body come back', async (t) => {
  const target = await serve(t, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      response.writeHead(418, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          method,
          url,
          host: headers.host,
          type: headers['content-type'],
          length: headers['content-length'],
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
  });
  const answer = await createHttp(createCancellation()).request(target, {
    method: 'PATCH',
    path: '/apis/apps/v1?dryRun=All',
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: '{"a":"€"}',
    timeoutSeconds: 5,
  });
  assert.deepEqual([answer.status, answer.headers['content-type']], [418, 'application/json']);
  assert.deepEqual(JSON.parse(answer.body), {
    method: 'PATCH',
    url: '/apis/apps/v1?dryRun=All',
    host: 'localhost',
    type: 'application/apply-patch+yaml',
    length: '11',
    body: '{"a":"€"}',
  });
});

test('many small questions share a few connections', async (t) => {
  const target = await serve(t, (_request, response) => response.end('x'));
  const http = createHttp(createCancellation());
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(Array.from({ length: 20 }, async () => http.request(target, get('/'))));
  }
  assert.ok(target.connections() <= 16, `${target.connections()} connections`);
});

test('letters of several bytes arrive whole', async (t) => {
  const target = await serve(t, (_request, response) => {
    const bytes = Buffer.from('€'.repeat(50_000));
    response.write(bytes.subarray(0, 40_001));
    response.end(bytes.subarray(40_001));
  });
  assert.equal((await createHttp(createCancellation()).request(target, get('/'))).body, '€'.repeat(50_000));
});

test('a server that never answers is given up after the timeout', async (t) => {
  const target = await serve(t, () => {});
  await assert.rejects(
    createHttp(createCancellation()).request(target, { ...get('/'), timeoutSeconds: 0.1 }),
    /no answer within 0.1 s/,
  );
});

test('a server that stops in the middle of an answer is no answer', async (t) => {
  const target = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setImmediate(() => response.destroy());
  });
  await assert.rejects(createHttp(createCancellation()).request(target, get('/')));
});

test('a socket that nobody listens on is no answer', async (t) => {
  const target = { kind: 'socket', socketPath: join(await temporaryFolder(t), 'none.sock') } as const;
  await assert.rejects(createHttp(createCancellation()).request(target, get('/')), /ENOENT/);
});

test('a cancellation ends a request that waits', async (t) => {
  const cancellation = createCancellation();
  const target = await serve(t, () => cancellation.cancel('SIGINT'));
  assert.equal((await failureOfWork(() => createHttp(cancellation).request(target, get('/')))).code, 'cancelled');
});
