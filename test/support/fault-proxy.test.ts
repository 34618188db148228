import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { test, type TestContext } from 'node:test';
import { openFaultProxy, tokenMadeAt, type FaultProxy, type FaultProxyOptions } from './fault-proxy.ts';
import { requestKind } from './request-kind.ts';

const EVENT = '{"type":"ADDED"}\n';

/** A proxy before a server whose watches say one event and go on, and whose other answers are "fine". */
async function proxyOf(t: TestContext, options: Omit<FaultProxyOptions, 'upstream'> = {}): Promise<FaultProxy> {
  const server = createServer((call, response) => {
    if (call.url?.includes('watch=') === true) {
      response.write(EVENT);
    } else {
      response.end('fine');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const proxy = await openFaultProxy({ ...options, upstream: { origin: `http://127.0.0.1:${port}` } });
  t.after(async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  });
  return proxy;
}

type Answer = {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Everything until the end, and how it ended. */
  readonly whole: Promise<string>;
  /** What came so far contains this. */
  readonly has: (text: string) => Promise<void>;
};

async function get(proxy: FaultProxy, path: string, token = ''): Promise<Answer> {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  const call = request(new URL(path, proxy.origin), { ca: proxy.certificate, headers, agent: false }).end();
  const [response] = await once(call, 'response');
  let body = '';
  response.setEncoding('utf8').on('data', (text: string) => (body += text));
  return {
    status: response.statusCode,
    retryAfter: response.headers['retry-after'],
    whole: new Promise((resolve) => {
      response.on('end', () => resolve(body));
      response.on('error', () => resolve(`${body}<broken>`));
    }),
    has: async (text) => {
      while (!body.includes(text)) {
        await once(response, 'data');
      }
    },
  };
}

const PODS = '/api/v1/namespaces/shop/pods';
const WATCH = `${PODS}?watch=true`;

test('requests are told apart by what they are for', () => {
  const kinds: readonly (readonly [string, string])[] = [
    [`GET ${PODS}`, 'list'],
    [`GET ${PODS}?watch=1&resourceVersion=7`, 'watch'],
    [`GET ${PODS}/server-1`, 'get'],
    [`GET ${PODS}/server-1/log?tailLines=30`, 'log'],
    ['GET /api/v1/namespaces/shop', 'get'],
    ['GET /apis/apps/v1/namespaces/shop/deployments/server', 'get'],
    ['GET /apis/apps/v1', 'discovery'],
    ['GET /version', 'discovery'],
    ['PATCH /apis/apps/v1/namespaces/shop/deployments/server?dryRun=All', 'dry-run'],
    ['PATCH /apis/apps/v1/namespaces/shop/deployments/server', 'write'],
  ];
  for (const [line, kind] of kinds) {
    const [method = '', target = ''] = line.split(' ');
    assert.equal(requestKind(method, target), kind, line);
  }
});

test('everything is passed on and counted', async (t) => {
  const proxy = await proxyOf(t);
  assert.equal(await (await get(proxy, PODS)).whole, 'fine');
  const watches = [await get(proxy, WATCH), await get(proxy, WATCH)];
  await Promise.all(watches.map(async ({ has }) => has(EVENT)));

  assert.deepEqual(proxy.traffic(), { requests: { list: 1, watch: 2 }, total: 3, mostWatches: 2, openWatches: 2 });
  proxy.inject({ kind: 'end' });
  assert.deepEqual(await Promise.all(watches.map(async ({ whole }) => whole)), [EVENT, EVENT]);
});

test('a status is answered as often as wished, to one kind of request only', async (t) => {
  const proxy = await proxyOf(t);
  proxy.inject({ kind: 'status', of: 'list', status: 429, times: 1, retryAfterSeconds: 2 });

  assert.equal((await get(proxy, `${PODS}/server-1`)).status, 200);
  const refused = await get(proxy, PODS);
  assert.deepEqual([refused.status, refused.retryAfter], [429, '2']);
  assert.equal((await get(proxy, PODS)).status, 200);
});

test('a watch can be told that its version is too old', async (t) => {
  const proxy = await proxyOf(t);
  proxy.inject({ kind: 'expired', times: 1 });

  assert.match(await (await get(proxy, WATCH)).whole, /^\{"type":"ERROR",.*"code":410.*\}\n$/);
  await (await get(proxy, WATCH)).has(EVENT);
});

test('an open watch breaks in the middle of a line, or gets a line that is no JSON and goes on', async (t) => {
  const proxy = await proxyOf(t);
  const watch = await get(proxy, WATCH);
  await watch.has(EVENT);
  proxy.inject({ kind: 'garbage' });
  await watch.has('<html>');
  assert.equal(proxy.traffic().openWatches, 1);
  proxy.inject({ kind: 'cut' });

  assert.match(await watch.whole, /"kind":"Po<broken>$/);
});

test('a silent proxy answers nobody until it is healed', async (t) => {
  const proxy = await proxyOf(t);
  proxy.inject({ kind: 'silence' });
  let isAnswered = false;
  const answer = get(proxy, PODS).then((answered) => {
    isAnswered = true;
    return answered;
  });
  while (proxy.traffic().total === 0) {
    await new Promise(setImmediate);
  }
  assert.equal(isAnswered, false);
  proxy.inject({ kind: 'heal' });

  assert.equal((await answer).status, 200);
});

test('a token is good for as long as was said', async (t) => {
  const proxy = await proxyOf(t, { tokenSeconds: 10 });
  const now = Date.now() / 1000;
  const statuses = [];
  for (const token of ['', tokenMadeAt(now - 60), tokenMadeAt(now)]) {
    statuses.push((await get(proxy, PODS, token)).status);
  }
  assert.deepEqual(statuses, [401, 401, 200]);
});
