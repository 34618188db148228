import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { env } from 'node:process';
import { test } from 'node:test';
import { proxiedDownloads } from '../../../src/adapters/downloads.ts';
import { listen } from './local-site.ts';

test("downloads go through the runner's proxy", async (t) => {
  const sitePort = await listen(
    t,
    createServer((_request, response) => response.end('v1.34.4')),
  );
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url);
    const behind = connect(sitePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(behind).pipe(socket);
    });
  });
  const before = env['http_proxy'];
  t.after(() => (before === undefined ? delete env['http_proxy'] : (env['http_proxy'] = before)));
  env['http_proxy'] = `http://127.0.0.1:${await listen(t, proxy)}`;
  const outcome = await proxiedDownloads().text('http://mirror.example/release/stable-1.34.txt', {});
  assert.deepEqual(outcome, { kind: 'ok', text: 'v1.34.4' });
  assert.deepEqual(asked, ['mirror.example:80']);
});
