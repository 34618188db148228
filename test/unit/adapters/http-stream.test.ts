import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCancellation } from '../../../src/adapters/cancellation.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import type { HttpTarget } from '../../../src/http.ts';
import { failureOfWork } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function serve(t: TestContext, listener: RequestListener): Promise<HttpTarget> {
  const socketPath = join(await temporaryFolder(t), 'api.sock');
  const server = createServer(listener);
  server.listen(socketPath);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { kind: 'socket', socketPath };
}

const NEVER = new AbortController().signal;
const WATCH = { path: '/pods?watch=true', timeoutSeconds: 5 };
const watch = async (target: HttpTarget, stop = NEVER) => createHttp(createCancellation()).stream(target, WATCH, stop);

test('lines come while the answer goes on, cut anywhere, and end with it', async (t) => {
  const { promise: response, resolve } = Promise.withResolvers<ServerResponse>();
  const target = await serve(t, (request, response) => {
    response.writeHead(200, { 'x-path': request.url ?? '' });
    response.write('one\ntw');
    resolve(response);
  });
  const answer = await watch(target);
  assert.deepEqual([answer.status, answer.headers['x-path']], [200, '/pods?watch=true']);
  const lines = answer.lines[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'one');
  const euro = Buffer.from('€');
  (await response).write(Buffer.concat([Buffer.from('o '), euro.subarray(0, 1)]));
  (await response).write(Buffer.concat([euro.subarray(1), Buffer.from('\n\nfour\n')]));
  (await response).end();
  const rest = [await lines.next(), await lines.next(), await lines.next(), await lines.next()];
  assert.deepEqual(
    rest.map(({ value, done }) => (done === true ? 'end' : value)),
    ['two €', '', 'four', 'end'],
  );
});

test('a last line without its end is told: its reader knows whether it is whole', async (t) => {
  const target = await serve(t, (_request, response) => response.end('one\n{"half'));
  assert.deepEqual(await Array.fromAsync((await watch(target)).lines), ['one', '{"half']);
});

test('a connection that breaks is no end: the lines before it are told', async (t) => {
  const target = await serve(t, (_request, response) => {
    response.write('one\ntw');
    setImmediate(() => response.destroy());
  });
  const lines = (await watch(target)).lines[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'one');
  await assert.rejects(lines.next(), /the connection broke off/);
});

test('a connection that breaks while nobody reads is told to whoever reads later', async (t) => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const target = await serve(t, (_request, response) => {
    response.on('close', resolve);
    response.write('one\n');
    setImmediate(() => response.destroy());
  });
  const answer = await watch(target);
  await closed;
  await new Promise(setImmediate);
  await assert.rejects(async () => {
    for await (const line of answer.lines) {
      assert.equal(line, 'one');
    }
  });
});

for (const [says, isReading] of [
  ['a stream that is stopped throws, and the server is told at once', true],
  ['so does one that nobody reads yet', false],
] as const) {
  test(says, async (t) => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const target = await serve(t, (_request, response) => {
      response.on('close', resolve);
      response.flushHeaders();
    });
    const stop = new AbortController();
    const answer = await watch(target, stop.signal);
    const reading = isReading ? assert.rejects(Array.fromAsync(answer.lines)) : undefined;
    stop.abort();
    await closed;
    await (reading ?? assert.rejects(Array.fromAsync(answer.lines)));
  });
}

test('a stream that is stopped before it has begun never begins', async (t) => {
  const target = await serve(t, () => {});
  await assert.rejects(watch(target, AbortSignal.abort()));
  const stop = new AbortController();
  const beginning = assert.rejects(watch(target, stop.signal), { name: 'AbortError' });
  stop.abort();
  await beginning;
});

test('a reader that leaves lets the server go', async (t) => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const target = await serve(t, (_request, response) => {
    response.on('close', resolve);
    response.write('one\n');
  });
  for await (const line of (await watch(target)).lines) {
    assert.equal(line, 'one');
    break;
  }
  await closed;
});

test('the timeout is for the beginning only', async (t) => {
  const { promise: response, resolve } = Promise.withResolvers<ServerResponse>();
  const target = await serve(t, (request, response) => {
    if (request.url === '/begins') {
      response.write('one\n');
      resolve(response);
    }
  });
  const http = createHttp(createCancellation());
  const begun = await http.stream(target, { path: '/begins', timeoutSeconds: 0.3 }, NEVER);
  await assert.rejects(http.stream(target, { path: '/never', timeoutSeconds: 0.4 }, NEVER), /no answer within 0.4 s/);
  (await response).end('two\n');
  assert.deepEqual(await Array.fromAsync(begun.lines), ['one', 'two']);
});

test('twenty open streams keep no request waiting', async (t) => {
  const target = await serve(t, (request, response) => {
    if (request.url === '/version') {
      response.end('x');
    } else {
      response.flushHeaders();
    }
  });
  const http = createHttp(createCancellation());
  const stop = new AbortController();
  t.after(() => stop.abort());
  const streams = await Promise.all(
    Array.from({ length: 20 }, async () => http.stream(target, { ...WATCH, timeoutSeconds: 2 }, stop.signal)),
  );
  const answer = await http.request(target, { method: 'GET', path: '/version', timeoutSeconds: 5 });
  assert.equal(answer.body, 'x');
  const ended = Promise.all(streams.map(async ({ lines }) => assert.rejects(Array.fromAsync(lines))));
  stop.abort();
  await ended;
});

test('a cancellation ends a stream as what it is', async (t) => {
  const target = await serve(t, (_request, response) => response.flushHeaders());
  const cancellation = createCancellation();
  const { lines } = await createHttp(cancellation).stream(target, WATCH, NEVER);
  const failing = failureOfWork(() => Array.fromAsync(lines));
  cancellation.cancel('SIGTERM');
  assert.equal((await failing).code, 'cancelled');
});
