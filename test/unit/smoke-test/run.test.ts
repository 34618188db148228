import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import type { ApiAnswer } from '../../../src/kube/api.ts';
import type { Command, CommandResult, FetchOutcome, Happening } from '../../../src/ports.ts';
import { smokeFailure } from '../../../src/smoke-test/failure.ts';
import { runSmokeTests, type SmokeOutcome } from '../../../src/smoke-test/run.ts';
import { parseSmokeTest } from '../../../src/values/smoke-test.ts';
import { fakePorts, instantClock } from '../../support/fake-ports.ts';
import { statusOf } from '../../support/scripted-api.ts';

/** What a Service or a site answers: a status with its body, the API server's own Status object, or no answer. 'SILENCE' never ends. */
type Reply = readonly [number, string] | Error | { readonly refusal: number; readonly message: string } | 'SILENCE';

/** What a program does: its lines, each after a second, and its exit code. 'HANG' goes on until it is stopped, and then ends well. */
type Ending = { readonly lines: readonly string[]; readonly exitCode: number | 'HANG' } | Error;

type World = {
  readonly timeoutSeconds?: number;
  readonly service?: readonly Reply[];
  readonly site?: readonly Reply[];
  readonly program?: readonly Ending[];
  readonly assertNotCancelled?: () => void;
};

type Seen = {
  readonly outcomes: readonly SmokeOutcome[];
  readonly output: readonly string[];
  readonly notes: readonly string[];
  readonly paths: readonly string[];
  /** Seconds at which the Service was asked. */
  readonly times: readonly number[];
  readonly commands: readonly Command[];
  readonly seconds: number;
};

const KUBECTL = { path: '/tools/kubectl', kubeconfigPath: '/private/kubeconfig', context: 'prod' };

async function run(lines: readonly string[], world: World): Promise<Seen> {
  const clock = instantClock();
  const [output, notes, paths]: [string[], string[], string[]] = [[], [], []];
  const times: number[] = [];
  const commands: Command[] = [];
  const now = (): number => clock.elapsed() / 1000;
  const count = { service: 0, site: 0, program: 0 };
  const next = <Item>(kind: keyof typeof count, items: readonly Item[] = []): Item => {
    count[kind] += 1;
    const item = items[count[kind] - 1] ?? items.at(-1);
    assert.ok(item !== undefined, `no ${kind} is expected in this test`);
    return item;
  };
  const ports = fakePorts({
    clock,
    notify: (happening: Happening) => {
      if (happening.kind === 'output' || happening.kind === 'note') {
        (happening.kind === 'output' ? output : notes).push(`${now()} ${happening.text}`);
      }
    },
    ...(world.assertNotCancelled === undefined ? {} : { assertNotCancelled: world.assertNotCancelled }),
    downloads: {
      text: async (): Promise<FetchOutcome> => {
        const reply = next('site', world.site);
        if (reply === 'SILENCE') {
          return new Promise(() => {});
        }
        if (reply instanceof Error || !Array.isArray(reply)) {
          return { kind: 'network', message: reply instanceof Error ? reply.message : '' };
        }
        const [status, text] = reply;
        return status === 200 ? { kind: 'ok', text } : { kind: 'status', status, retryAfterSeconds: undefined };
      },
      file: async () => ({ kind: 'network', message: 'not expected' }),
    },
    exec: {
      run: async (command, onLine): Promise<CommandResult> => {
        commands.push(command);
        const ending = next('program', world.program);
        if (ending instanceof Error) {
          throw ending;
        }
        for (const text of ending.lines) {
          await clock.sleep(1000);
          onLine?.({ stream: 'stdout', text });
        }
        if (ending.exitCode === 'HANG') {
          await clock.sleep((command.timeoutSeconds ?? 0) * 1000);
          return { exitCode: 0, stdout: '', stderr: '', timedOut: true };
        }
        return { exitCode: ending.exitCode, stdout: '', stderr: '', timedOut: false };
      },
    },
  });
  const api = {
    request: async ({ path }: { readonly path: string }): Promise<ApiAnswer> => {
      paths.push(path);
      times.push(now());
      const reply = next('service', world.service);
      if (reply === 'SILENCE') {
        return new Promise(() => {});
      }
      if (reply instanceof Error) {
        throw reply;
      }
      if ('refusal' in reply) {
        const body = statusOf(reply.refusal, 'Reason', reply.message);
        return { status: reply.refusal, body, text: JSON.stringify(body) };
      }
      const [status, text] = reply;
      return { status, body: text.startsWith('{') ? JSON.parse(text) : undefined, text };
    },
    watch: async () => {
      throw new Error('nothing is watched');
    },
    close: async () => {},
  };
  const plan = { tests: lines.map(parseSmokeTest), timeoutSeconds: world.timeoutSeconds ?? 60, workspace: '/checkout' };
  const outcomes = await runSmokeTests(plan, { api, kubectl: KUBECTL, namespace: 'shop', ports });
  return { outcomes, output, notes, paths, times, commands, seconds: now() };
}

/** "passed 200" | "failed 503 …" */
const verdict = ({ outcomes: [first] }: Seen): string => `${first?.result} ${first?.last}`;

const SERVICE = 'service/server:8080/health';
const SITE = 'https://app.example.com/health';

describe('what a Service answers', () => {
  for (const [says, options, reply, expected] of [
    ['200', '', [200, 'fine'], 'passed 200'],
    ['204', '', [204, ''], 'passed 204'],
    ['a status that is named', 'status=418', [418, ''], 'passed 418'],
    ['a redirect', '', [302, ''], 'failed 302 Found'],
    ['a redirect that is expected', 'status=300-399', [302, ''], 'passed 302 Found'],
    [
      'an error with words',
      '',
      [503, 'warming up\n\nplease wait'],
      'failed 503 Service Unavailable: warming up please wait',
    ],
    ['an error in colours', '', [404, '\u001B[31mno\u001B[0m\u0007'], 'failed 404 Not Found: no'],
    ['the text', 'contains=all is well', [200, '<p>all is well</p>'], 'passed 200'],
    [
      'another text',
      'contains=up',
      [200, '{"status":"down"}'],
      'failed 200, but the body has not "up": {"status":"down"}',
    ],
    ['nothing', 'contains=up', [200, ''], 'failed 200, but the body has not "up"'],
    ['the text with another status', 'contains=up', [500, 'up'], 'failed 500 Internal Server Error: up'],
    [
      'the cluster: no endpoints',
      '',
      { refusal: 503, message: 'no endpoints available for service "server"' },
      'failed 503 Service Unavailable: no endpoints available for service "server"',
    ],
    [
      'the cluster, with the status that is expected of the Service',
      'status=404',
      { refusal: 404, message: 'services "server" not found' },
      'failed 404 Not Found: services "server" not found',
    ],
    [
      'nothing, as the API server cannot be reached',
      '',
      new DeployError('cluster-unreachable', 'The API server does not answer: boom'),
      'failed no answer: boom',
    ],
    ['its own 403', '', [403, '{"error":"no"}'], 'failed 403 Forbidden: {"error":"no"}'],
  ] as const) {
    test(`${says}: ${expected}`, async () => {
      assert.equal(verdict(await run([`${SERVICE} ${options}`], { service: [reply], timeoutSeconds: 5 })), expected);
    });
  }
  test('a long body is quoted with 200 letters', async () => {
    const seen = await run([SERVICE], { service: [[500, 'x'.repeat(9000)]], timeoutSeconds: 1 });
    assert.equal(verdict(seen), `failed 500 Internal Server Error: ${'x'.repeat(199)}…`);
  });
  test('who may not ask it is told at once', async () => {
    const seen = await run([SERVICE], {
      service: [{ refusal: 403, message: 'services "http:server:8080" is forbidden' }],
    });
    assert.equal(
      verdict(seen),
      `failed the kubeconfig's user may not get services/proxy: services "http:server:8080" is forbidden`,
    );
    assert.deepEqual([seen.outcomes[0]?.attempts, seen.seconds], [1, 0]);
  });
  for (const [line, path] of [
    [SERVICE, 'server:8080/proxy/health'],
    ['svc/server:http', 'server:http/proxy/'],
    ['svc/server:443/a?b=c', 'https:server:443/proxy/a?b=c'],
    ['svc/server:8443/', 'https:server:8443/proxy/'],
    ['svc/server:https/', 'https:server:https/proxy/'],
  ] as const) {
    test(`${line} is asked at ${path}`, async () => {
      const { paths } = await run([line], { service: [[200, '']] });
      assert.deepEqual(paths, [`/api/v1/namespaces/shop/services/${path}`]);
    });
  }
});

describe('what a URL answers', () => {
  for (const [says, options, reply, expected] of [
    ['200', '', [200, 'fine'], 'passed 200'],
    ['204', '', [204, ''], 'passed 204'],
    ['a redirect to nowhere', '', [304, ''], 'passed 304'],
    ['401 that is expected', 'status=401', [401, ''], 'passed 401 Unauthorized'],
    ['an error', '', [502, 'secret page'], 'failed 502 Bad Gateway'],
    ['the text', 'contains=fine', [200, 'all fine'], 'passed 200'],
    ['another text', 'contains=fine', [200, 'no'], 'failed 200, but the body has not "fine": no'],
    ['a body that is not read', 'contains=fine', [201, 'fine'], 'failed 201, but only the body of a 200 is read'],
    [
      'no answer',
      '',
      new Error('getaddrinfo ENOTFOUND app.example.com'),
      'failed no answer: getaddrinfo ENOTFOUND app.example.com',
    ],
  ] as const) {
    test(`${says}: ${expected}`, async () => {
      assert.equal(verdict(await run([`${SITE} ${options}`], { site: [reply], timeoutSeconds: 5 })), expected);
    });
  }
  test('one that never answers is asked again after 30 seconds, and never after the end', async () => {
    const seen = await run([SITE], { site: ['SILENCE', 'SILENCE'], timeoutSeconds: 40 });
    assert.equal(verdict(seen), 'failed no answer in 9 s');
    assert.deepEqual([seen.outcomes[0]?.attempts, seen.seconds], [2, 40]);
    assert.deepEqual(seen.notes, [`30 smoke test ${SITE}: no answer in 30 s (attempt 1)`]);
  });
});

describe('trying again', () => {
  test('pauses of 1, 2, 3 and then 5 seconds, until the time is over', async () => {
    const seen = await run([SERVICE], { service: [[503, '']], timeoutSeconds: 20 });
    assert.deepEqual(seen.times, [0, 1, 3, 6, 11, 16]);
    assert.deepEqual(seen.outcomes[0], {
      test: parseSmokeTest(SERVICE),
      result: 'failed',
      attempts: 6,
      seconds: 16,
      last: '503 Service Unavailable',
    });
  });
  test('the first good answer ends it', async () => {
    const { outcomes } = await run([SERVICE], {
      service: [
        [503, ''],
        [503, ''],
        [200, 'up'],
      ],
    });
    assert.deepEqual([outcomes[0]?.result, outcomes[0]?.attempts, outcomes[0]?.seconds], ['passed', 3, 3]);
  });
  test('a reason is noted once, and again when it changes; that of the last attempt is the outcome', async () => {
    const service: readonly Reply[] = [
      [503, ''],
      [503, ''],
      [500, 'boom'],
      [503, ''],
      [200, ''],
    ];
    const { notes } = await run([SERVICE], { service });
    assert.deepEqual(notes, [
      `0 smoke test ${SERVICE}: 503 Service Unavailable (attempt 1)`,
      `3 smoke test ${SERVICE}: 500 Internal Server Error: boom (attempt 3)`,
      `6 smoke test ${SERVICE}: 503 Service Unavailable (attempt 4)`,
    ]);
  });
  test('all tests run side by side, and are told in their order', async () => {
    const seen = await run([SERVICE, SITE, 'run check'], {
      service: [[503, '']],
      site: [
        [500, ''],
        [200, ''],
      ],
      program: [{ lines: [], exitCode: 0 }],
      timeoutSeconds: 20,
    });
    assert.deepEqual(
      seen.outcomes.map(({ test, result, seconds }) => [test.kind, result, seconds]),
      [
        ['service', 'failed', 16],
        ['url', 'passed', 1],
        ['command', 'passed', 0],
      ],
    );
    assert.equal(seen.seconds, 16);
  });
  test('a run that is cancelled meanwhile asks nobody any more', async () => {
    let asked = 0;
    const assertNotCancelled = (): void => {
      asked += 1;
      if (asked === 3) {
        throw new DeployError('cancelled', 'stop');
      }
    };
    await assert.rejects(run([SERVICE], { service: [[503, '']], assertNotCancelled }), /stop/);
    await assert.rejects(run([SERVICE], { service: [new DeployError('cancelled', 'stop')] }), /stop/);
    await assert.rejects(run([SERVICE], { service: [new TypeError('defect')] }), /defect/);
  });
});

function failing(text: string): Ending {
  return { lines: [text, 'bad'], exitCode: 1 };
}

describe('a program', () => {
  test('gets the cluster in its environment, and what is left of the time', async () => {
    const { commands } = await run(['run scripts/smoke.sh --fast "a b"'], {
      program: [
        { lines: ['x'], exitCode: 1 },
        { lines: [], exitCode: 0 },
      ],
      timeoutSeconds: 60,
    });
    const command = {
      tool: '/checkout/scripts/smoke.sh',
      args: ['--fast', 'a b'],
      env: { KUBECONFIG: '/private/kubeconfig', KUBE_CONTEXT: 'prod', NAMESPACE: 'shop' },
      cwd: '/checkout',
      timeoutSeconds: 60,
    };
    assert.deepEqual(commands, [command, { ...command, timeoutSeconds: 58 }]);
  });
  for (const [word, tool] of [
    ['npx', 'npx'],
    ['./smoke', '/checkout/smoke'],
    ['/opt/smoke', '/opt/smoke'],
  ] as const) {
    test(`${word} is ${tool}`, async () => {
      const { commands } = await run([`run ${word}`], { program: [{ lines: [], exitCode: 0 }] });
      assert.equal(commands[0]?.tool, tool);
    });
  }
  for (const [ends, ending, expected] of [
    ['well', { lines: ['a'], exitCode: 0 }, 'passed exit code 0'],
    ['with words', { lines: ['a', 'expected 3, got 2', ' '], exitCode: 2 }, 'failed exit code 2: expected 3, got 2'],
    ['without a word', { lines: [], exitCode: 1 }, 'failed exit code 1'],
    ['never', { lines: ['waiting'], exitCode: 'HANG' }, 'failed not done when the time was over: waiting'],
  ] as const) {
    test(`that ends ${ends}: ${expected}`, async () => {
      assert.equal(verdict(await run(['run check'], { program: [ending], timeoutSeconds: 2 })), expected);
    });
  }
  test('that cannot be started is not tried again', async () => {
    const missing = new DeployError('tool-unavailable', '/checkout/smoke cannot be started: ENOENT');
    const seen = await run(['run ./smoke'], { program: [missing] });
    assert.equal(verdict(seen), 'failed /checkout/smoke cannot be started: ENOENT');
    assert.equal(seen.outcomes[0]?.attempts, 1);
  });
  test('is heard as it writes at first; of the other attempts only the last is shown', async () => {
    const { output } = await run(['run scripts/smoke.sh'], {
      program: [failing('one'), failing('two'), { lines: ['three', 'good'], exitCode: 0 }],
    });
    assert.deepEqual(output, ['1 [smoke.sh] one', '2 [smoke.sh] bad', '9 [smoke.sh] three', '9 [smoke.sh] good']);
  });
  test('that writes without end is kept in its last 1000 lines', async () => {
    const lines = Array.from({ length: 1200 }, (_, index) => String(index));
    const { output } = await run(['run check'], {
      program: [
        { lines: [], exitCode: 1 },
        { lines, exitCode: 0 },
      ],
      timeoutSeconds: 9999,
    });
    assert.deepEqual([output.length, output[0]], [1000, '1201 [check] 200']);
  });
});

function outcome(line: string, result: 'passed' | 'failed', attempts = 6): SmokeOutcome {
  return { test: parseSmokeTest(line), result, attempts, seconds: 16, last: '503 Service Unavailable' };
}

describe('the failure', () => {
  test('none when all have passed, or when there are none', () => {
    assert.equal(smokeFailure([outcome(SERVICE, 'passed')]), undefined);
    assert.equal(smokeFailure([]), undefined);
  });
  test('of one test', () => {
    const failure = smokeFailure([outcome(SERVICE, 'failed'), outcome(SITE, 'passed')]);
    assert.deepEqual(
      [failure?.code, failure?.message],
      ['smoke-test-failed', `smoke test ${SERVICE}: 503 Service Unavailable (6 attempts in 16 s)`],
    );
    assert.match(failure?.hint ?? '', /rollout itself is complete/);
  });
  test('of several tests', () => {
    const failure = smokeFailure([
      outcome(SERVICE, 'failed'),
      outcome('run check', 'failed', 1),
      outcome(SITE, 'passed'),
    ]);
    assert.equal(failure?.message, '2 of 3 smoke tests failed');
    assert.deepEqual(
      failure?.problems.map(({ message }) => message),
      [
        `smoke test ${SERVICE}: 503 Service Unavailable (6 attempts in 16 s)`,
        'smoke test run check: 503 Service Unavailable (1 attempt in 16 s)',
      ],
    );
  });
});
