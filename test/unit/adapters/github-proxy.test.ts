import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { env } from 'node:process';
import { test } from 'node:test';
import { listen } from '../tools/local-site.ts';

test("GitHub is reached through the runner's proxy", async (t) => {
  const sitePort = await listen(
    t,
    createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[]')),
  );
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url);
    const behind = connect(sitePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(behind).pipe(socket);
    });
    behind.on('error', () => socket.destroy());
    socket.on('error', () => behind.destroy());
    t.after(() => socket.destroy());
  });
  const given = {
    http_proxy: `http://127.0.0.1:${await listen(t, proxy)}`,
    GITHUB_API_URL: 'http://api.github.example',
  };
  const before = Object.keys(given).map((name) => [name, env[name]] as const);
  t.after(() => before.forEach(([name, value]) => (value === undefined ? delete env[name] : (env[name] = value))));
  Object.assign(env, given);
  // octokit looks at the environment when it is loaded.
  const { createGitHub } = await import('../../../src/adapters/github.ts');

  const outcome = await createGitHub().request({ apiUrl: given.GITHUB_API_URL, token: 'T0KEN' }, 'GET /user', {}, 5);

  assert.deepEqual(outcome.kind === 'answer' && [outcome.status, outcome.body], [200, []]);
  assert.deepEqual(asked, ['api.github.example:80']);
});
