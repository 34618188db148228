import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { test, type TestContext } from 'node:test';
import { createGitHub } from '../../../src/adapters/github.ts';
import { keepSecret } from '../../../src/adapters/known-secrets.ts';
import type { GitHubOutcome, GitHubSite } from '../../../src/github-http.ts';
import { listen } from '../tools/local-site.ts';

const ROUTE = 'GET /repos/{owner}/{repo}/deployments';
const PARAMETERS = { owner: 'org', repo: 'app' };

async function site(t: TestContext, listener: RequestListener): Promise<GitHubSite> {
  return { apiUrl: `http://127.0.0.1:${await listen(t, createServer(listener))}`, token: 'T0KEN' };
}

const ask = async (where: GitHubSite, timeoutSeconds = 5): Promise<GitHubOutcome> =>
  createGitHub().request(where, ROUTE, PARAMETERS, timeoutSeconds);

/** A server that gives this answer, and counts how often. */
async function answering(
  t: TestContext,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json; charset=utf-8' },
): Promise<{ readonly outcome: GitHubOutcome; readonly requests: number }> {
  let requests = 0;
  const where = await site(t, (_request, response) => {
    requests += 1;
    response.writeHead(status, headers).end(body);
  });
  return { outcome: await ask(where), requests };
}

test('route, query, token and version go out; status, headers and JSON come back', async (t) => {
  const where = await site(t, ({ method, url, headers }, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'X-Thing': 'Yes' });
    response.end(
      JSON.stringify([
        { method, url, auth: headers.authorization, accept: headers.accept, version: headers['x-github-api-version'] },
      ]),
    );
  });
  const parameters = { owner: 'org', repo: '../a b', environment: 'a/b&c=d', task: undefined, per_page: 100 };
  const outcome = await createGitHub().request({ ...where, apiUrl: `${where.apiUrl}/api/v3/` }, ROUTE, parameters, 5);
  assert.ok(outcome.kind === 'answer');
  assert.deepEqual([outcome.status, outcome.headers['x-thing']], [200, 'Yes']);
  assert.deepEqual(outcome.body, [
    {
      method: 'GET',
      url: '/api/v3/repos/org/..%2Fa%20b/deployments?environment=a%2Fb%26c%3Dd&per_page=100',
      auth: 'token T0KEN',
      accept: 'application/vnd.github+json',
      version: '2022-11-28',
    },
  ]);
});

test('a body goes out as JSON, without what fills the route', async (t) => {
  const where = await site(t, (request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end(body));
  });
  const body = { ref: 'main', required_contexts: [], auto_merge: false, payload: { app: 'é "€" 🙂' } };
  const route = 'POST /repos/{owner}/{repo}/deployments';
  const outcome = await createGitHub().request(where, route, { ...PARAMETERS, ...body }, 5);
  assert.deepEqual(outcome.kind === 'answer' && [outcome.status, outcome.body], [201, body]);
});

test('what people read there is without the secrets that are known; what GitHub itself reads is as it was given', async (t) => {
  const where = await site(t, (request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end(body));
  });
  const secret = 'a "s3cret" of two\\words';
  keepSecret(secret);
  const texts = {
    body: `| ${secret} | ${JSON.stringify(secret)} |`,
    description: `it is ${secret}`,
    environment: secret,
  };
  const route = 'POST /repos/{owner}/{repo}/deployments';
  const outcome = await createGitHub().request(where, route, { ...PARAMETERS, ...texts }, 5);
  assert.deepEqual(outcome.kind === 'answer' && outcome.body, {
    body: '| *** | "***" |',
    description: 'it is ***',
    environment: secret,
  });
});

for (const status of [304, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503]) {
  test(`${status} is an answer, after one attempt`, async (t) => {
    const body = status === 304 ? '' : '{"message":"no"}';
    const { outcome, requests } = await answering(t, status, body, {
      'content-type': 'application/json',
      'retry-after': '1',
    });
    assert.ok(outcome.kind === 'answer');
    assert.deepEqual([outcome.status, outcome.headers['retry-after'], requests], [status, '1', 1]);
    assert.deepEqual(outcome.body, status === 304 ? undefined : { message: 'no' });
  });
}

for (const [name, status, body, headers, expected] of [
  ['no content', 204, '', {}, undefined],
  ['a web page', 200, '<html>', { 'content-type': 'text/html' }, '<html>'],
  ['a web page of a failure', 502, '<html>', { 'content-type': 'text/html' }, '<html>'],
  ['bytes', 200, 'abc', { 'content-type': 'application/octet-stream' }, undefined],
  ['a failure whose words are no JSON', 502, '{"mess', { 'content-type': 'application/json' }, undefined],
] as const) {
  test(`${name} is an answer`, async (t) => {
    const { outcome } = await answering(t, status, body, headers);
    assert.deepEqual(outcome.kind === 'answer' && [outcome.status, outcome.body], [status, expected]);
  });
}

const BROKEN: GitHubOutcome = { kind: 'network', message: 'the answer broke off' };

test('JSON that is not whole is no answer', async (t) => {
  assert.deepEqual((await answering(t, 201, '{"id":')).outcome, BROKEN);
});

test('a connection that breaks within the answer is no answer', async (t) => {
  const where = await site(t, (_request, response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"id":1');
    setImmediate(() => response.destroy());
  });
  assert.deepEqual(await ask(where), BROKEN);
});

test('a connection that breaks before the answer says so', async (t) => {
  const where = await site(t, (request) => request.socket.destroy());
  const outcome = await ask(where);
  assert.equal(outcome.kind, 'network');
  assert.match(outcome.kind === 'network' ? outcome.message : '', /other side closed|ECONNRESET|socket hang up/);
});

test('nobody there says so', async () => {
  const outcome = await ask({ apiUrl: 'http://127.0.0.1:1', token: 'T0KEN' });
  assert.match(outcome.kind === 'network' ? outcome.message : '', /ECONNREFUSED|bad port/);
});

for (const [name, begin] of [
  ['before the answer', false],
  ['within the answer', true],
] as const) {
  test(`a server that falls silent ${name} is given up`, async (t) => {
    const where = await site(t, (_request, response) => {
      if (begin) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('[');
      }
    });
    const outcome = await ask(where, 0.2);
    assert.deepEqual(outcome, begin ? BROKEN : { kind: 'network', message: 'no answer within 0.2 s' });
  });
}

test('a token that cannot be a header is not told', async () => {
  const outcome = await ask({ apiUrl: 'http://127.0.0.1:9', token: 'T0\nKEN' });
  assert.equal(outcome.kind, 'network');
  assert.ok(!JSON.stringify(outcome).includes('KEN'), JSON.stringify(outcome));
});

test('no token is no crash', async () => {
  assert.equal((await ask({ apiUrl: 'http://127.0.0.1:9', token: '' })).kind, 'network');
});

test('a repository that was renamed is followed, and the token with it only on the same site', async (t) => {
  const other = await site(t, ({ headers }, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ auth: headers.authorization }));
  });
  const where = await site(t, ({ url, headers }, response) => {
    if (url?.startsWith('/repositories/') === true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ auth: headers.authorization }));
    } else {
      response.writeHead(301, {
        location: url?.includes('elsewhere') === true ? `${other.apiUrl}/x` : '/repositories/1',
      });
      response.end();
    }
  });
  const same = await ask(where);
  const elsewhere = await createGitHub().request(where, ROUTE, { owner: 'org', repo: 'elsewhere' }, 5);
  assert.deepEqual(same.kind === 'answer' && same.body, { auth: 'token T0KEN' });
  assert.deepEqual(elsewhere.kind === 'answer' && elsewhere.body, {});
});

test('a route that is deprecated is used in silence', async (t) => {
  const said: unknown[] = [];
  t.mock.method(console, 'warn', (...words: unknown[]) => said.push(words));
  await answering(t, 200, '[]', { 'content-type': 'application/json', deprecation: 'true', sunset: 'soon' });
  assert.deepEqual(said, []);
});
