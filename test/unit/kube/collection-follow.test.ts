import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployError } from '../../../src/errors.ts';
import { textAt, valueAt } from '../../../src/values/json.ts';
import { eventOf, followFor, listOf, statusOf, type Script } from '../../support/scripted-api.ts';

const LIST = listOf('10', 'a', 'b');
const EXPIRED = { type: 'ERROR', object: statusOf(410, 'Expired') };
const BOOKMARK = eventOf('BOOKMARK', '', '70');
const refused = new DeployError('cluster-unreachable', 'ECONNREFUSED');
const repeated = <Value>(times: number, value: Value): readonly Value[] => Array.from({ length: times }, () => value);

test('a list that no cache answers, then each change from its version on', async () => {
  const { log, events, paths } = await followFor(10, {
    lists: [LIST],
    watches: [[2, eventOf('ADDED', 'c', '11'), 1, eventOf('MODIFIED', 'a', '12'), eventOf('DELETED', 'b', '13')]],
  });
  assert.deepEqual(log, ['0 list', '0 watch 10']);
  assert.deepEqual(events, ['0 listed a b', '2 changed c', '3 changed a', '3 deleted b']);
  assert.deepEqual(paths, [
    '/api/v1/namespaces/shop/pods?limit=500',
    '/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=1800&resourceVersion=10',
  ]);
});

test('selectors are asked for in lists and watches', async () => {
  const { paths } = await followFor(
    1,
    { lists: [LIST], watches: [[]] },
    { labelSelector: 'pod-template-hash in (x,y)', fieldSelector: 'metadata.name=a' },
  );
  for (const path of paths) {
    const query = new URLSearchParams(path.split('?')[1]);
    assert.equal(query.get('labelSelector'), 'pod-template-hash in (x,y)');
    assert.equal(query.get('fieldSelector'), 'metadata.name=a');
  }
});

test('objects come without managedFields, and items of a list with their kind', async () => {
  const metadata = { name: 'a', managedFields: [{ manager: 'x' }] };
  const { objects } = await followFor(1, {
    lists: [{ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [{ metadata }] }],
    watches: [[{ type: 'ADDED', object: { kind: 'Pod', metadata, status: { phase: 'Running' } } }]],
  });
  assert.deepEqual(objects, [
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
    { kind: 'Pod', metadata: { name: 'a' }, status: { phase: 'Running' } },
  ]);
});

test('a long list comes in pages and is told as one', async () => {
  const page = { ...listOf('10', 'a'), metadata: { resourceVersion: '10', continue: 'more' } };
  const { log, events, paths } = await followFor(1, { lists: [page, listOf('10', 'b')], watches: [[]] });
  assert.deepEqual([log, events], [['0 list', '0 list', '0 watch 10'], ['0 listed a b']]);
  assert.equal(paths[1], '/api/v1/namespaces/shop/pods?limit=500&continue=more');
});

test('a page that is not there any more: the list begins anew', async () => {
  const page = { ...listOf('10', 'a'), metadata: { resourceVersion: '10', continue: 'more' } };
  const lists = [page, statusOf(410, 'Expired'), listOf('20', 'b')];
  const { events, paths } = await followFor(1, { lists, watches: [[]] });
  assert.deepEqual(events, ['0 listed b']);
  assert.doesNotMatch(paths[2] ?? '', /continue/);
});

const TIMELINES: readonly (readonly [says: string, seconds: number, script: Script, log: readonly string[]])[] = [
  [
    'a clean end: at once, then with longer and longer waits',
    15,
    { lists: [LIST], watches: [['EOF']] },
    [
      '0 list',
      '0 watch 10',
      '0 watch 10',
      '0.8 watch 10',
      '2.4 watch 10',
      '5.6 list',
      '5.6 watch 10',
      '12 list',
      '12 watch 10',
    ],
  ],
  [
    'an event shortens the wait, and the next watch goes on from its version',
    3,
    { lists: [LIST], watches: [['EOF'], ['EOF'], [eventOf('ADDED', 'c', '11'), 'EOF'], []] },
    ['0 list', '0 watch 10', '0 watch 10', '0.8 watch 10', '1.6 watch 11'],
  ],
  [
    'a bookmark is an event, too',
    3,
    { lists: [LIST], watches: [['EOF'], ['EOF'], [BOOKMARK, 'EOF'], []] },
    ['0 list', '0 watch 10', '0 watch 10', '0.8 watch 10', '1.6 watch 70'],
  ],
  [
    '10 quiet seconds clear the count',
    40,
    { lists: [LIST], watches: [['EOF'], ['EOF'], [10, 'EOF'], []] },
    ['0 list', '0 watch 10', '0 watch 10', '0.8 watch 10', '10.8 watch 10'],
  ],
  [
    'watches that end after one bookmark each are no spin',
    3,
    { lists: [LIST], watches: [[BOOKMARK, 'EOF']] },
    ['0 list', '0 watch 10', '0 watch 70', '0.8 watch 70', '1.6 watch 70', '2.4 watch 70'],
  ],
  [
    'an expired version, as an answer: a list at once',
    3,
    { lists: [LIST, listOf('20')], watches: [{ refusal: statusOf(410, 'Expired') }, []] },
    ['0 list', '0 watch 10', '0 list', '0 watch 20'],
  ],
  [
    'an expired version, as an event: a list at once',
    3,
    { lists: [LIST, listOf('20')], watches: [[EXPIRED], []] },
    ['0 list', '0 watch 10', '0 list', '0 watch 20'],
  ],
  [
    'an error of the server, as an event: the same again, later',
    3,
    { lists: [LIST], watches: [[{ type: 'ERROR', object: statusOf(500, 'InternalError') }], []] },
    ['0 list', '0 watch 10', '0.8 watch 10'],
  ],
  [
    'an error of the server, as an answer: the same again, later',
    3,
    { lists: [statusOf(500, 'InternalError'), LIST], watches: [{ refusal: statusOf(504, 'Timeout') }, []] },
    ['0 list', '0.8 list', '0.8 watch 10', '2.4 watch 10'],
  ],
  [
    'a connection that breaks: again from the last version, later',
    3,
    { lists: [LIST], watches: [[eventOf('ADDED', 'c', '11'), 'RESET'], []] },
    ['0 list', '0 watch 10', '0.8 watch 11'],
  ],
  [
    'garbage: again from the last version',
    3,
    { lists: [LIST], watches: [[eventOf('ADDED', 'c', '11'), '<html>', eventOf('ADDED', 'd', '12')], []] },
    ['0 list', '0 watch 10', '0 watch 11'],
  ],
  [
    'the first half of a line: again from the last version',
    3,
    {
      lists: [LIST],
      watches: [['{"type":"ADDED","object":{"metadata":{"name":"c","resourceVersion":"11"}', 'EOF'], []],
    },
    ['0 list', '0 watch 10', '0 watch 10'],
  ],
  [
    'a type of event that nobody knows: again from the last version',
    3,
    { lists: [LIST], watches: [[eventOf('RENAMED', 'c', '11')], []] },
    ['0 list', '0 watch 10', '0 watch 10'],
  ],
  [
    'credentials that are not accepted: every 10 s',
    25,
    { lists: [LIST], watches: [{ refusal: statusOf(401, 'Unauthorized') }] },
    ['0 list', '0 watch 10', '10 watch 10', '20 watch 10'],
  ],
  [
    'Retry-After: as long as the server says',
    12,
    {
      lists: [statusOf(429, 'TooManyRequests'), LIST],
      watches: [{ refusal: statusOf(503, 'ServiceUnavailable') }, []],
      retryAfterSeconds: 5,
    },
    ['0 list', '5.5 list', '5.5 watch 10', '11 watch 10'],
  ],
  [
    'silence for 75 s: again, from the last version',
    160,
    { lists: [LIST], watches: [[]] },
    ['0 list', '0 watch 10', '75 watch 10', '150 watch 10'],
  ],
  [
    'bookmarks are a sign of life',
    130,
    { lists: [LIST], watches: [[60, BOOKMARK, 60, BOOKMARK]] },
    ['0 list', '0 watch 10'],
  ],
  [
    'a runner that was suspended: a list at once',
    70,
    { lists: [LIST, listOf('20')], watches: [[5.5, 'SUSPEND'], []] },
    ['0 list', '0 watch 10', '65.5 list', '65.5 watch 20'],
  ],
];

for (const [says, seconds, script, expected] of TIMELINES) {
  test(says, async () => assert.deepEqual((await followFor(seconds, script)).log, expected));
}

test('a storm of expired versions is no spin: eight lists in the first minute', async () => {
  const { log } = await followFor(60, { lists: [LIST], watches: [[EXPIRED]] });
  const lists = log.filter((line) => line.endsWith('list')).map((line) => Number(line.split(' ')[0]));
  assert.deepEqual(lists, [0, 0, 0.8, 2.4, 5.6, 12, 24.8, 50.4]);
});

test('an API server that is away for a minute: one outage, and then all that is new', async () => {
  const script: Script = { lists: [LIST], watches: [['RESET'], ...repeated(3, refused)] };
  const away = await followFor(20, { lists: [LIST, refused], watches: script.watches });
  assert.deepEqual(away.log, ['0 list', '0 watch 10', '0.8 watch 10', '2.4 watch 10', '5.6 watch 10', '12 list']);
  assert.deepEqual([away.outageSeconds, away.outage], [20, 'ECONNREFUSED']);
  const back = await followFor(60, {
    ...script,
    lists: [LIST, refused, refused, listOf('50', 'a')],
    watches: [...script.watches, []],
  });
  assert.deepEqual(back.log.slice(-4), ['12 list', '24.8 list', '50.4 list', '50.4 watch 50']);
  assert.deepEqual([back.events, back.outageSeconds], [['0 listed a b', '50.4 listed a'], undefined]);
});

test('what is deleted while nobody watches is missing in the next list', async () => {
  const { events } = await followFor(5, { lists: [LIST, listOf('20', 'a')], watches: [[EXPIRED], []] });
  assert.deepEqual(events, ['0 listed a b', '0 listed a']);
});

test('credentials that are not accepted are an outage by that name', async () => {
  const { outage } = await followFor(25, { lists: [statusOf(401, 'Unauthorized')], watches: [] });
  assert.match(outage ?? '', /credentials are not accepted any more/);
});

for (const [says, script, events] of [
  [
    'never allowed: given up at once',
    { lists: [statusOf(403, 'Forbidden', 'may not list')], watches: [] },
    ['0 forbidden: HTTP 403: may not list'],
  ],
  [
    'may list and not watch: given up after 10 s',
    { lists: [LIST], watches: [{ refusal: statusOf(403, 'Forbidden', 'may not watch') }] },
    ['0 listed a b', '10 forbidden: HTTP 403: may not watch'],
  ],
  [
    'allowed no more: given up after 10 s',
    { lists: [LIST, statusOf(403, 'Forbidden', 'may not list')], watches: [[EXPIRED]] },
    ['0 listed a b', '10 forbidden: HTTP 403: may not list'],
  ],
  [
    'a kind that is not there: given up after 10 s',
    { lists: [statusOf(404, 'NotFound', 'no such kind')], watches: [] },
    ['10 forbidden: HTTP 404: no such kind'],
  ],
] as const) {
  test(says, async () => {
    const followed = await followFor(30, script);
    assert.deepEqual([followed.events, followed.hasEnded, followed.outage], [events, true, undefined]);
  });
}

test('a right that comes a moment later is waited for', async () => {
  const script: Script = {
    lists: [LIST],
    watches: [
      ...repeated(4, { refusal: statusOf(403, 'Forbidden') }),
      [10, 'EOF'],
      { refusal: statusOf(403, 'Forbidden') },
      [],
    ],
  };
  const { log, hasEnded } = await followFor(30, script);
  assert.deepEqual(log.slice(4), ['6 watch 10', '8 watch 10', '18 watch 10', '20 watch 10']);
  assert.equal(hasEnded, false);
});

test('relistSeconds: a list beside the watch, which goes on from there', async () => {
  const { log, events } = await followFor(
    45,
    { lists: [LIST, listOf('20', 'a'), listOf('30', 'a')], watches: [[]] },
    { relistSeconds: 20 },
  );
  assert.deepEqual(log, ['0 list', '0 watch 10', '20 list', '20 watch 20', '40 list', '40 watch 30']);
  assert.deepEqual(events, ['0 listed a b', '20 listed a', '40 listed a']);
});

test('a list beside the watch that fails takes nothing away: the watch goes on', async () => {
  const script: Script = { lists: [LIST, statusOf(401, 'Unauthorized')], watches: [[25, eventOf('ADDED', 'c', '11')]] };
  const { log, events, outage } = await followFor(30, script, { relistSeconds: 20 });
  assert.deepEqual(log, ['0 list', '0 watch 10', '20 list']);
  assert.deepEqual([events, outage], [['0 listed a b', '25 changed c'], undefined]);
});

test('5000 events at once arrive in their order', async () => {
  const names = Array.from({ length: 5000 }, (_, index) => `p${index}`);
  const { objects } = await followFor(5, {
    lists: [listOf('10')],
    watches: [names.map((name, index) => eventOf('ADDED', name, String(11 + index)))],
  });
  assert.deepEqual(
    objects.map((object) => textAt(object, 'metadata', 'name')),
    names,
  );
  assert.equal(valueAt(objects.at(-1), 'metadata', 'resourceVersion'), '5010');
});

test('a watch that is not read any more is let go', async () => {
  const followed = await followFor(100, { lists: [LIST], watches: [['<html>'], [EXPIRED], []] });
  assert.deepEqual([followed.log.filter((line) => line.includes('watch')).length, followed.openWatches], [4, 1]);
});
