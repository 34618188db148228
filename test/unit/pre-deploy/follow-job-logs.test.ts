import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import { statusOf } from '../../support/scripted-api.ts';
import { followed, type FakeContainer } from './jobs.ts';

const texts = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/^\S+ /, ''));

const MIGRATION: FakeContainer = {
  startsAt: 0,
  endsAt: 6,
  lines: [
    [0.5, 'connected'],
    [2.25, 'table orders'],
    [2.25, 'table items'],
    [2.5, ''],
    [5.75, '  done'],
  ],
};
const ALL = [
  '[migrate] connected',
  '[migrate] table orders',
  '[migrate] table items',
  '[migrate] ',
  '[migrate]   done',
];

test('lines are shown as they are written', async () => {
  const { lines, endedAt } = await followed({ containers: [MIGRATION], stopAt: 8 });
  assert.deepEqual(lines, [
    '0.5 [migrate] connected',
    '2.3 [migrate] table orders',
    '2.3 [migrate] table items',
    '2.5 [migrate] ',
    '5.8 [migrate]   done',
  ]);
  assert.equal(endedAt, 8);
});

test('a Job that had ended before anybody looked is shown whole', async () => {
  const before = { ...MIGRATION, startsAt: -10, endsAt: -1, lines: [[0, 'quick']] } as const;
  assert.deepEqual(texts((await followed({ containers: [before], stopAt: 0 })).lines), ['[migrate] quick']);
});

describe('a connection that breaks', () => {
  for (const [name, breaks] of [
    ['before the first line', [0]],
    ['after the first line', [1]],
    ['between two lines of the same moment', [2]],
    ['after the last line', [5]],
    ['at each line anew', [1, 1, 2, 1, 2, 1]],
    ['again and again at the same place', [2, 2, 1, 1]],
  ] as const) {
    test(`${name}: no line is lost, none comes twice`, async () => {
      const { lines } = await followed({ containers: [{ ...MIGRATION, breaks }], stopAt: 20 });
      assert.deepEqual(texts(lines), ALL);
    });
  }
  test('the next reading asks from the second of the newest line on', async () => {
    const { logPaths } = await followed({ containers: [{ ...MIGRATION, breaks: [3] }], stopAt: 5 });
    assert.deepEqual(
      logPaths.map((path) => path.replace('/api/v1/namespaces/shop/pods/migrate-x7k2p/log?', '')),
      [
        'container=app&follow=true&timestamps=true',
        'container=app&follow=true&timestamps=true&sinceTime=2026-01-01T00%3A00%3A02Z',
      ],
    );
  });
  test('lines without times are counted', async () => {
    const { lines } = await followed({ containers: [{ ...MIGRATION, breaks: [2, 3] }], stopAt: 20, hasNoTimes: true });
    assert.deepEqual(texts(lines), ALL);
  });
});

describe('when the Job is over', () => {
  test('what an ended container wrote since the last look is still shown', async () => {
    const late: FakeContainer = { startsAt: 1.5, endsAt: 1.75, lines: [[1.6, 'too quick to be seen']] };
    const { lines, endedAt } = await followed({ containers: [late], stopAt: 1.8 });
    assert.deepEqual(texts(lines), ['[migrate] too quick to be seen']);
    assert.ok(endedAt < 3, String(endedAt));
  });
  test('a container that goes on running is left at once', async () => {
    const endless: FakeContainer = {
      startsAt: 0,
      lines: [
        [0.5, 'one'],
        [50, 'two'],
      ],
    };
    const { lines, endedAt, openStreams } = await followed({ containers: [endless], stopAt: 4 });
    assert.deepEqual([texts(lines), endedAt, openStreams], [['[migrate] one'], 4, 0]);
  });
  test('an ended one whose log breaks off is read again, for three seconds at most', async () => {
    const broken: FakeContainer = {
      ...MIGRATION,
      startsAt: -9,
      endsAt: -1,
      lines: [
        [0, 'a'],
        [0, 'b'],
      ],
      breaks: [1, 2],
    };
    const { lines, endedAt } = await followed({ containers: [broken], stopAt: 0 });
    assert.deepEqual(texts(lines), ['[migrate] a', '[migrate] b']);
    assert.ok(endedAt <= 3, String(endedAt));
  });
  test('a log that stays away is not waited for', async () => {
    const gone: FakeContainer = { ...MIGRATION, endsAt: 0.1, breaks: Array.from({ length: 50 }, () => 0) };
    const { lines, logPaths, endedAt } = await followed({ containers: [gone], stopAt: 20 });
    assert.deepEqual([lines, endedAt], [[], 20]);
    assert.ok(logPaths.length <= 5, String(logPaths.length));
  });
  test('an API server that does not answer costs three seconds', async () => {
    const { endedAt } = await followed({ containers: [MIGRATION], stopAt: 8, outage: [7.5, 100] });
    assert.equal(endedAt, 11);
  });
  test('an API server that is asked when the Job ends does not keep it longer', async () => {
    const { endedAt } = await followed({ containers: [], stopAt: 4, outage: [1, 100] });
    assert.equal(endedAt, 7);
  });
});

describe('whose line it is', () => {
  const INIT: FakeContainer = {
    name: 'wait',
    isInit: true,
    startsAt: 0,
    endsAt: 1.5,
    lines: [[0.5, 'database is up']],
  };
  const APP: FakeContainer = { name: 'app', startsAt: 2, endsAt: 4, lines: [[2.5, 'done']] };
  test('several containers: pod and container, in the order in which they run', async () => {
    const { lines } = await followed({ containers: [INIT, APP], stopAt: 6 });
    assert.deepEqual(texts(lines), ['[migrate-x7k2p wait] database is up', '[migrate-x7k2p app] done']);
  });
  test('several pods: pod and container from the second on', async () => {
    const second: FakeContainer = { ...APP, pod: 'migrate-abcde' };
    const { lines } = await followed({
      containers: [{ ...APP, startsAt: 0, endsAt: 1, lines: [[0.5, 'boom']] }, second],
      stopAt: 6,
    });
    assert.deepEqual(texts(lines), ['[migrate] boom', '[migrate-abcde app] done']);
  });
  test('several Jobs: each has its name', async () => {
    const seed: FakeContainer = { ...APP, job: 'seed', pod: 'seed-1' };
    const { lines } = await followed({ containers: [APP, seed], stopAt: 6, jobs: ['migrate', 'seed'] });
    assert.deepEqual(texts(lines), ['[migrate] done', '[seed] done']);
  });
  test('pods of a cluster that has the old label only are found', async () => {
    const { lines } = await followed({ containers: [APP], stopAt: 6, label: 'job-name' });
    assert.deepEqual(texts(lines), ['[migrate] done']);
  });
  test('a pod that was leaving when it was seen first is of a former Job', async () => {
    const { lines } = await followed({ containers: [APP], stopAt: 6, leaving: { 'migrate-x7k2p': 0 } });
    assert.deepEqual(lines, []);
  });
  test('a pod that is deleted later is ours to its end', async () => {
    const { lines } = await followed({
      containers: [{ ...APP, startsAt: 0, breaks: [0] }],
      stopAt: 6,
      leaving: { 'migrate-x7k2p': 2 },
    });
    assert.deepEqual(texts(lines), ['[migrate] done']);
  });
});

function run(startsAt: number, endsAt: number, text: string): FakeContainer {
  return { startsAt, endsAt, lines: [[endsAt - 0.1, text]] };
}

describe('a container that is started again', () => {
  test('each run is shown', async () => {
    const containers = [run(0, 2, 'first'), run(5.5, 7, 'second'), run(20.1, 20.3, 'third')];
    const { lines } = await followed({ containers, stopAt: 20.4 });
    assert.deepEqual(texts(lines), ['[migrate] first', '[migrate] second', '[migrate] third']);
  });
  test('while it waits for its next run, the log of the last is read once', async () => {
    const { lines, logPaths } = await followed({
      containers: [run(0, 0.5, 'first'), run(60, 61, 'second')],
      stopAt: 30,
    });
    assert.deepEqual(texts(lines), ['[migrate] first']);
    assert.deepEqual(
      logPaths.map((path) => /follow=\w+/.exec(path)?.[0]),
      ['follow=true', 'follow=false'],
    );
  });
});

describe('limits', () => {
  test('after 5000 lines the rest is left in the cluster, and one line says so', async () => {
    const chatty: FakeContainer = {
      startsAt: 0,
      lines: Array.from({ length: 6000 }, (_, index) => [index / 2000, `line ${index}`] as const),
    };
    const { lines, logPaths, openStreams } = await followed({ containers: [chatty], stopAt: 10 });
    assert.equal(lines.length, 5001);
    assert.equal(
      texts(lines).at(-1),
      '[migrate] more than 5000 lines; the rest is in the cluster: kubectl --namespace=shop logs migrate-x7k2p --container=app',
    );
    assert.deepEqual([logPaths.length, openStreams], [1, 0]);
  });
  test('exactly 5000 lines are all', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => [index / 2000, 'x'] as const);
    const all = await followed({ containers: [{ startsAt: 0, endsAt: 4, lines }], stopAt: 10 });
    assert.equal(all.lines.length, 5000);
  });
  test('a line is cut at 4000 letters', async () => {
    const { lines } = await followed({
      containers: [
        {
          ...MIGRATION,
          lines: [
            [0.5, 'x'.repeat(5000)],
            [1, `${'y'.repeat(4000)}\r`],
          ],
        },
      ],
      stopAt: 8,
    });
    assert.deepEqual(texts(lines), [`[migrate] ${'x'.repeat(3999)}…`, `[migrate] ${'y'.repeat(4000)}`]);
  });
  test('eight logs are read at once; the others have their turn', async () => {
    const many = Array.from({ length: 20 }, (_, index) => ({
      ...MIGRATION,
      pod: `migrate-${index}`,
      endsAt: 3,
      lines: [[1, 'hi']] as const,
    }));
    const { lines, mostStreams } = await followed({ containers: many, stopAt: 20 });
    assert.deepEqual([lines.length, mostStreams], [20, 8]);
  });
});

describe('what may not be read', () => {
  const forbidden = statusOf(403, 'Forbidden', 'pods "x" is forbidden: cannot get pods/log');
  test('logs: one warning for all, and nothing is asked again', async () => {
    const two = ['migrate-1', 'migrate-2'].map((pod) => ({
      ...MIGRATION,
      pod,
      refusals: Array.from({ length: 9 }, () => forbidden),
    }));
    const { warnings, lines, logPaths } = await followed({ containers: two, stopAt: 8 });
    assert.deepEqual(warnings, [
      'the logs of Jobs in shop may not be read: pods "x" is forbidden: cannot get pods/log',
    ]);
    assert.deepEqual([lines.length, logPaths.length], [0, 2]);
  });
  test('pods: one warning, and nothing is asked again', async () => {
    const { warnings, lists } = await followed({ containers: [MIGRATION], stopAt: 8, listAnswer: forbidden });
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? '',
      /^the logs of Job\/migrate are not shown: .* may not list the pods of the Job migrate/,
    );
    assert.equal(lists, 1);
  });
});

describe('a log that is not there', () => {
  for (const [name, refusal] of [
    ['the container is only being started', statusOf(400, 'BadRequest', 'container "app" is waiting to start')],
    ['the runtime does not have it yet', 'unable to retrieve container logs for containerd://abc'],
    ['the kubelet cannot be reached', statusOf(500, 'InternalError', 'dial tcp: timeout')],
  ] as const) {
    test(`${name}: it is asked for again, and no word of that is shown`, async () => {
      const { lines, warnings } = await followed({
        containers: [{ ...MIGRATION, refusals: [refusal, refusal] }],
        stopAt: 8,
      });
      assert.deepEqual([texts(lines), warnings], [ALL, []]);
    });
  }
});

test('an API server that is away for a while costs nothing but time', async () => {
  const listAnswer = new DeployError('cluster-unreachable', 'away');
  const { lines } = await followed({ containers: [MIGRATION], stopAt: 8, listAnswer, listAnswerFrom: 1 });
  assert.deepEqual(texts(lines), ALL);
});

test('a list that comes after the end begins nothing', async () => {
  const { logPaths } = await followed({ containers: [MIGRATION], stopAt: 8, outage: [0, 100] });
  assert.deepEqual(logPaths, []);
});

for (const [name, error] of [
  ['a run that is cancelled ends', new DeployError('cancelled', 'thrown')],
  ['a mistake of ours is not hidden', new TypeError('thrown')],
] as const) {
  test(`${name}, noticed by a list while logs are read`, async () => {
    const endless: FakeContainer = { startsAt: 0, lines: [[0.5, 'one']] };
    const given = { containers: [endless], stopAt: 8, listAnswer: error, listAnswerFrom: 2 };
    await assert.rejects(followed(given), /thrown/);
  });
  test(`${name}, noticed by the reader of a log`, async () => {
    await assert.rejects(followed({ containers: [{ ...MIGRATION, fault: error }], stopAt: 8 }), /thrown/);
  });
}

test('no Jobs: nothing is asked', async () => {
  const { lists, endedAt } = await followed({ containers: [MIGRATION], jobs: [], stopAt: 3 });
  assert.deepEqual([lists, endedAt], [0, 3]);
});
