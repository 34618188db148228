import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { proxiedDownloads } from '../../../src/adapters/downloads.ts';
import { listen } from './local-site.ts';

const QUICK = { silenceSeconds: 0.2, attemptSeconds: 1 };

/** A real site on this machine; returns its address. */
async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(t, createServer(listener))}`;
}

const answer =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'downloads-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a large file arrives byte for byte, in a folder that did not exist', async (t) => {
  const body = randomBytes(5_000_000);
  const site = await serve(t, (_request, response) => response.end(body));
  const path = join(await freshFolder(t), 'new', 'tool');
  assert.deepEqual(await proxiedDownloads().file(`${site}/tool`, {}, path), { kind: 'ok', text: '' });
  assert.equal(readFileSync(path).equals(body), true);
});

test('a text arrives with its characters', async (t) => {
  const site = await serve(t, answer(200, {}, 'v1.34.4 ✓\n'));
  assert.deepEqual(await proxiedDownloads().text(site, {}), { kind: 'ok', text: 'v1.34.4 ✓\n' });
});

test('what is posted arrives as JSON, and the answer comes back', async (t) => {
  const site = await serve(t, (request, response) => {
    const said = `${request.method} ${request.headers['content-type']} `;
    request.on('data', (body: Buffer) => response.end(`${said}${body.toString()}`));
  });
  const outcome = await proxiedDownloads().post(`${site}/index`, '{"hash":"sha256:ab"}');
  assert.deepEqual(outcome, { kind: 'ok', text: 'POST application/json {"hash":"sha256:ab"}' });
});

for (const [status, retryAfter, seconds] of [
  [404, undefined, undefined],
  [429, '7', 7],
  [503, new Date(0).toUTCString(), 0],
  [503, 'soon', undefined],
  [204, undefined, undefined],
] as const) {
  test(`status ${status} with Retry-After ${retryAfter} is told as it is, and leaves no file`, async (t) => {
    const site = await serve(t, answer(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }));
    const path = join(await freshFolder(t), 'tool');
    const outcome = await proxiedDownloads().file(site, {}, path);
    assert.deepEqual(outcome, { kind: 'status', status, retryAfterSeconds: seconds });
    assert.equal(existsSync(path), false);
  });
}

const BAD_SITES: readonly (readonly [string, RegExp, RequestListener])[] = [
  [
    'breaks in the middle',
    /aborted/,
    (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    },
  ],
  [
    'breaks in the middle without a length',
    /aborted/,
    (_request, response) => {
      response.writeHead(200);
      response.write('half', () => response.destroy());
    },
  ],
  ['breaks before the answer', /socket hang up/, (request) => request.socket.destroy()],
  ['never answers', /no answer in 0.2 s|timeout/, () => {}],
  [
    'falls silent in the middle',
    /nothing came for 0.2 s/,
    (_request, response) => void response.writeHead(200).write('half'),
  ],
  [
    'trickles for ever',
    /not done in 1 s/,
    (_request, response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    },
  ],
];

for (const [name, message, listener] of BAD_SITES) {
  test(`a site that ${name} is a network error in bounded time, and leaves no file`, { timeout: 5000 }, async (t) => {
    const site = await serve(t, listener);
    const path = join(await freshFolder(t), 'tool');
    const outcome = await proxiedDownloads(QUICK).file(site, {}, path);
    assert.equal(outcome.kind, 'network');
    assert.match(outcome.message, message);
    assert.equal(existsSync(path), false);
  });
}

test('nobody there is a network error with the reason', async (t) => {
  const site = await serve(t, answer(200));
  const outcome = await proxiedDownloads().text(site.replace(/\d+$/, '1'), {});
  assert.equal(outcome.kind, 'network');
  assert.match(outcome.message, /ECONNREFUSED/);
});

test('a path that cannot be written is an error and no crash', async (t) => {
  const site = await serve(t, answer(200, {}, 'tool'));
  const folder = await freshFolder(t);
  const outcome = await proxiedDownloads().file(site, {}, folder);
  assert.equal(outcome.kind, 'network');
  assert.match(outcome.message, /EISDIR/);
});

test('the authorization goes to the site and not to where it redirects', async (t) => {
  const seen: (string | undefined)[] = [];
  const storage = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.end(request.headers['x-other'] ?? '');
  });
  const site = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(302, { location: `${storage}/file` }).end();
  });
  const headers = { Authorization: 'Bearer secret', 'x-other': 'kept' };
  assert.deepEqual(await proxiedDownloads().text(site, headers), { kind: 'ok', text: 'kept' });
  assert.deepEqual(seen, ['Bearer secret', undefined]);
  assert.equal(headers.Authorization, 'Bearer secret');
});

test('a redirect within the site may be relative and keeps the authorization', async (t) => {
  const site = await serve(t, (request, response) => {
    if (request.url === '/a/file') {
      response.writeHead(307, { location: '../b/file' }).end();
    } else {
      response.end(`${request.url} ${request.headers.authorization}`);
    }
  });
  const outcome = await proxiedDownloads().text(`${site}/a/file`, { authorization: 'Bearer secret' });
  assert.deepEqual(outcome, { kind: 'ok', text: '/b/file Bearer secret' });
});

test('a site that redirects in a circle is given up', async (t) => {
  const site = await serve(t, answer(302, { location: '/again' }));
  const outcome = await proxiedDownloads().text(site, {});
  assert.deepEqual(outcome, { kind: 'network', message: 'more than 10 redirects' });
});

test('a text that does not end is given up', async (t) => {
  const site = await serve(t, answer(200, {}, 'x'.repeat(2_000_000)));
  assert.equal((await proxiedDownloads().text(site, {})).kind, 'network');
});

test('a failed attempt leaves nothing of an earlier one behind', async (t) => {
  const site = await serve(t, (request) => request.socket.destroy());
  const path = join(await freshFolder(t), 'tool');
  await writeFile(path, 'older');
  assert.equal((await proxiedDownloads(QUICK).file(site, {}, path)).kind, 'network');
  assert.equal(existsSync(path), false);
});
