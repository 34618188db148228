import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCancellation } from '../../../src/adapters/cancellation.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import { engineAt, type Engine } from '../../../src/builder/engine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Answer = readonly [status: number, body: string];

/** What Docker 20.10 answered, but for names and ids. */
const CONTAINERS =
  '[{"Id":"87091c9efd0a","Names":["/buildx_buildkit_one0"],"Image":"x","Created":1795292980,"Labels":{},"State":"running"}]\n';
const VOLUMES =
  '{"Volumes":[{"CreatedAt":"2026-11-21T20:29:40Z","Driver":"local","Labels":null,"Name":"buildx_buildkit_one0_state","Options":null,"Scope":"local"}],"Warnings":null}\n';
const TOP =
  '{"Processes":[["root","1411","1388","0","20:36","?","00:00:00","/sbin/docker-init -- buildkitd"],["root","2980","2828","0","20:45","?","00:00:00","buildctl dial-stdio"]],"Titles":["UID","PID","PPID","C","STIME","TTY","TIME","CMD"]}\n';

/** An engine on a real socket. */
async function engineWith(
  t: TestContext,
  answer: (request: string) => Answer,
): Promise<{ readonly engine: Engine; readonly requests: readonly string[] }> {
  const socketPath = join(await temporaryFolder(t), 'docker.sock');
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const line = `${request.method} ${decodeURIComponent(request.url ?? '')}`;
    requests.push(line);
    const [status, body] = answer(line);
    response.writeHead(status).end(body);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const engine = engineAt(`unix://${socketPath}`, { http: createHttp(createCancellation()) });
  assert.ok(engine);
  return { engine, requests };
}

test('containers, volumes and processes are read as the engine tells them', async (t) => {
  const { engine, requests } = await engineWith(t, (line) => {
    const body = line.includes('top') ? TOP : line.includes('volumes') ? VOLUMES : CONTAINERS;
    return [200, body];
  });
  assert.deepEqual(await engine.containers('buildx_'), [
    { id: '87091c9efd0a', name: '/buildx_buildkit_one0', createdAt: 1_795_292_980_000 },
  ]);
  assert.deepEqual(await engine.volumes('buildx_'), [
    { name: 'buildx_buildkit_one0_state', createdAt: Date.parse('2026-11-21T20:29:40Z') },
  ]);
  assert.match((await engine.processes('87091c9efd0a')).at(-1) ?? '', /buildctl dial-stdio$/);
  assert.deepEqual(requests, [
    'GET /containers/json?all=1&filters={"name":["buildx_"]}',
    'GET /volumes?filters={"name":["buildx_"]}',
    'GET /containers/87091c9efd0a/top',
  ]);
});

test('an engine without volumes says null, and a container that does not run has no processes', async (t) => {
  const { engine } = await engineWith(t, (line) =>
    line.includes('top') ? [409, '{"message":"is not running"}'] : [200, '{"Volumes":null,"Warnings":null}'],
  );
  assert.deepEqual([await engine.volumes('x'), await engine.processes('x')], [[], []]);
});

test('what is gone already is removed; a refusal is an error in the words of the engine', async (t) => {
  const { engine, requests } = await engineWith(t, (line) =>
    line.includes('volumes')
      ? [409, '{"message":"volume is in use - [8709]"}\n']
      : [404, '{"message":"No such container: x"}'],
  );
  await engine.removeContainer('x');
  await assert.rejects(engine.removeVolume('y'), /DELETE \/volumes\/y of the engine: 409 .*volume is in use/);
  assert.deepEqual(requests, ['DELETE /containers/x?force=1&v=1', 'DELETE /volumes/y']);
});

test('an engine that is reached otherwise than by a unix socket is not asked', () => {
  for (const host of ['tcp://127.0.0.1:2375', 'ssh://user@host', 'npipe:////./pipe/docker_engine', '']) {
    assert.equal(engineAt(host, { http: createHttp(createCancellation()) }), undefined);
  }
});
