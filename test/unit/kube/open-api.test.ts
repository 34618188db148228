import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import type { KubeApi } from '../../../src/kube/api.ts';
import { openApi } from '../../../src/kube/open-api.ts';
import type { HttpAnswer, HttpRequest, StreamedAnswer } from '../../../src/http.ts';
import type { Command, CommandResult } from '../../../src/ports.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { openStream } from '../../support/streams.ts';

/** A kubectl proxy that can be killed, and a server that answers one reply after the other. */
type Stage = {
  readonly api: KubeApi;
  readonly started: readonly Command[];
  readonly asked: readonly Partial<HttpRequest>[];
  /** How many proxies run. */
  running(): number;
  /** The proxy dies; unless `isNoticed`, nobody was told yet. */
  kill(isNoticed: boolean): Promise<void>;
  /** From now on no proxy can be started. */
  breakKubectl(error: Error): void;
};

const KUBECTL = { path: 'kubectl', kubeconfigPath: '/private/kubeconfig', context: 'prod' };
const OK: HttpAnswer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
const UNAUTHORIZED: HttpAnswer = { ...OK, status: 401, body: '{"code":401}' };
const DEAD: CommandResult = { exitCode: 137, stdout: '', stderr: '', timedOut: false };

async function open(replies: readonly (HttpAnswer | Error)[] = [OK]): Promise<Stage> {
  const started: Command[] = [];
  const asked: Partial<HttpRequest>[] = [];
  const alive = new Set<PromiseWithResolvers<CommandResult>>();
  let broken: Error | undefined;
  let isListening = false;
  let count = 0;

  const reply = (request: Partial<HttpRequest>): HttpAnswer => {
    if (!isListening) {
      throw Object.assign(new Error('connect ECONNREFUSED /private/api.sock'), { code: 'ECONNREFUSED' });
    }
    asked.push(request);
    count += 1;
    const next = replies[count - 1] ?? replies.at(-1) ?? OK;
    if (next instanceof Error) {
      throw next;
    }
    return next;
  };
  const ports = fakePorts({
    exec: {
      start: async (command) => {
        started.push(command);
        await Promise.resolve();
        if (broken !== undefined) {
          throw broken;
        }
        const ending = Promise.withResolvers<CommandResult>();
        alive.add(ending);
        isListening = true;
        const end = (): void => {
          alive.delete(ending);
          ending.resolve(DEAD);
        };
        return {
          exited: ending.promise,
          stop: async () => {
            isListening = isListening && alive.size > 1;
            end();
          },
        };
      },
    },
    http: {
      request: async (_target, request) => reply(request),
      stream: async (_target, request, stop): Promise<StreamedAnswer> => {
        const { status, headers, body } = reply(request);
        return status === 200 ? openStream([{ type: 'BOOKMARK' }], stop) : { status, headers, lines: once(body) };
      },
    },
  });
  return {
    api: await openApi(KUBECTL, '/private/api.sock', ports.exec, ports.http),
    started,
    asked,
    running: () => alive.size,
    kill: async (isNoticed) => {
      isListening = false;
      if (isNoticed) {
        alive.forEach((ending) => ending.resolve(DEAD));
        alive.clear();
        await new Promise(setImmediate);
      }
    },
    breakKubectl: (error) => {
      broken = error;
    },
  };
}

async function* once(line: string): AsyncGenerator<string> {
  yield line;
}

const GET = { method: 'GET', path: '/version' } as const;

test('a dead connection is found in 15 s: kubectl looks after it every 10 s and waits 5', async () => {
  const { started } = await open();
  assert.deepEqual(started[0]?.env, {
    KUBECONFIG: '/private/kubeconfig',
    KUBERC: 'off',
    HTTP2_READ_IDLE_TIMEOUT_SECONDS: '10',
    HTTP2_PING_TIMEOUT_SECONDS: '5',
  });
});

for (const isNoticed of [true, false]) {
  test(`a proxy that was killed is replaced by one other, for all who ask${isNoticed ? '' : ', also when its end is not yet known'}`, async () => {
    const stage = await open();
    await stage.kill(isNoticed);
    const stop = new AbortController();
    const answers = await Promise.all([
      stage.api.request(GET),
      stage.api.request(GET),
      stage.api.watch('/pods?watch=true', stop.signal),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.deepEqual([stage.started.length, stage.running()], [2, 1]);
    assert.deepEqual(stage.started[1], stage.started[0]);
  });
}

test('a proxy that cannot be started again: cluster-unreachable, and the next request tries again', async () => {
  const stage = await open();
  await stage.kill(true);
  stage.breakKubectl(new DeployError('tool-unavailable', 'kubectl cannot be started: ENOENT'));
  const failure = await failureOfWork(() => stage.api.request(GET));
  assert.equal(failure.code, 'cluster-unreachable');
  assert.match(failure.message, /ENOENT/);
  await failureOfWork(() => stage.api.request(GET));
  assert.equal(stage.started.length, 3);
});

test('a cancellation while a proxy starts stays a cancellation', async () => {
  const stage = await open();
  await stage.kill(true);
  stage.breakKubectl(new DeployError('cancelled', 'stopped'));
  assert.equal((await failureOfWork(() => stage.api.request(GET))).code, 'cancelled');
});

test('a connection that breaks says nothing about the proxy', async () => {
  const stage = await open([Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), OK]);
  assert.equal((await failureOfWork(() => stage.api.request(GET))).code, 'cluster-unreachable');
  assert.equal((await stage.api.request(GET)).status, 200);
  assert.equal(stage.started.length, 1);
});

test('close stops whatever runs, and nothing is started any more', async () => {
  const stage = await open();
  await stage.kill(true);
  await stage.api.request(GET);
  await stage.api.close();
  assert.equal(stage.running(), 0);
  assert.equal((await failureOfWork(() => stage.api.request(GET))).code, 'cluster-unreachable');
  assert.equal(stage.started.length, 2);
});

test('a 401 is asked once more: kubectl has new credentials for the next request', async () => {
  const renewed = await open([UNAUTHORIZED, OK]);
  assert.equal((await renewed.api.request(GET)).status, 200);
  const stop = new AbortController();
  const watching = await open([UNAUTHORIZED, OK]);
  assert.equal((await watching.api.watch('/pods', stop.signal)).status, 200);
  const rejected = await open([UNAUTHORIZED]);
  assert.equal((await rejected.api.request(GET)).status, 401);
  assert.equal(rejected.asked.length, 2);
});

test('headers of a request reach the server', async () => {
  const stage = await open();
  const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
  await stage.api.request({ ...GET, headers: { accept } });
  assert.deepEqual(stage.asked[0]?.headers, { accept });
});

test('an answer tells the time of the server, and how long it wants to be left alone', async () => {
  const headers = { ...OK.headers, date: 'Thu, 01 Jan 2026 00:00:07 GMT', 'retry-after': '3' };
  const { api } = await open([{ ...OK, headers }, OK]);
  const told = await api.request(GET);
  assert.deepEqual([told.serverTimeMilliseconds, told.retryAfterSeconds], [Date.UTC(2026, 0, 1, 0, 0, 7), 3]);
  const silent = await api.request(GET);
  assert.deepEqual([silent.serverTimeMilliseconds, silent.retryAfterSeconds], [undefined, undefined]);
});

test('a watch that the proxy could not pass on is no answer', async () => {
  const headers = { 'content-type': 'text/plain' };
  const { api } = await open([{ status: 502, headers, body: 'dial tcp 10.0.0.1:6443: connection refused' }]);
  const failure = await failureOfWork(() => api.watch('/pods', new AbortController().signal));
  assert.equal(failure.code, 'cluster-unreachable');
  assert.match(failure.message, /dial tcp/);
});

test('a watch that the server answers with a plain text of another is an answer', async () => {
  const headers = { 'content-type': 'text/plain', 'audit-id': 'a0bdf4fc-3b76' };
  const { api } = await open([{ status: 500, headers, body: 'the kubelet has no log' }]);
  assert.equal((await api.watch('/pods/a/log', new AbortController().signal)).status, 500);
});

test('a watch that breaks is told as cluster-unreachable', async () => {
  const { api } = await open();
  const stop = new AbortController();
  const { lines } = await api.watch('/pods', stop.signal);
  stop.abort();
  const failure = await failureOfWork(() => Array.fromAsync(lines));
  assert.equal(failure.code, 'cluster-unreachable');
});
