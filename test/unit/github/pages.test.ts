import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allPages, eachPage } from '../../../src/github/pages.ts';
import { ACCESS, answer, pageOf, play, status } from './play.ts';

const ROUTE = 'GET /repos/{owner}/{repo}/deployments';
const entries = (count: number): readonly object[] => Array.from({ length: count }, (_, id) => ({ id }));

for (const [count, requests] of [
  [0, 1],
  [100, 1],
  [101, 2],
  [300, 3],
] as const) {
  test(`${count} entries are read in ${requests} pages`, async () => {
    const all = entries(count);
    const played = play({ [ROUTE]: (parameters) => pageOf(all, parameters) });
    assert.deepEqual(await allPages(ACCESS, ROUTE, { task: 'deploy' }, played.ports), { kind: 'ok', items: all });
    assert.equal(played.asked.length, requests);
    assert.ok(played.asked.every(({ parameters }) => parameters['task'] === 'deploy'));
  });
}

test('a page that fails makes the whole list unknown', async () => {
  const played = play({ [ROUTE]: (parameters) => pageOf(entries(300), parameters) });
  played.fail(ROUTE, { outcome: pageOf(entries(300), { per_page: 100 }) }, status(403));
  assert.equal((await allPages(ACCESS, ROUTE, {}, played.ports)).kind, 'refused');
});

test('a page that fails once is asked for again', async () => {
  const played = play({ [ROUTE]: (parameters) => pageOf(entries(200), parameters) });
  played.fail(ROUTE, status(502));
  const listed = await allPages(ACCESS, ROUTE, {}, played.ports);
  assert.equal(listed.kind === 'ok' && listed.items.length, 200);
});

test('the token goes only where it went before, wherever the next page is said to be', async () => {
  const link = '<https://evil.example/steal?page=2&after=abc>; rel="next"';
  const played = play({ [ROUTE]: ({ page }) => (page === undefined ? answer(200, [], { link }) : answer(200, [])) });
  await allPages(ACCESS, ROUTE, {}, played.ports);
  assert.deepEqual(
    played.asked.map(({ site, route }) => `${site} ${route}`),
    [`${ACCESS.apiUrl} ${ROUTE}`, `${ACCESS.apiUrl} ${ROUTE}`],
  );
  assert.deepEqual([played.asked[1]?.parameters['page'], played.asked[1]?.parameters['after']], ['2', 'abc']);
});

test('of the address of the next page only the page is taken, not what would lead octokit elsewhere', async () => {
  const link = '<https://api.github.example/x?page=2&baseUrl=https://evil.example&url=/x&method=PUT>; rel="next"';
  const played = play({ [ROUTE]: ({ page }) => (page === undefined ? answer(200, [], { link }) : answer(200, [])) });
  await allPages(ACCESS, ROUTE, {}, played.ports);
  const { baseUrl, url, method, page } = played.asked[1]?.parameters ?? {};
  assert.deepEqual([baseUrl, url, method, page], [undefined, undefined, undefined, '2']);
});

test('a list without end is not taken for a whole one', async () => {
  const link = '<https://api.github.example/x?page=2>; rel="next"';
  const played = play({ [ROUTE]: () => answer(200, entries(100), { link }) });
  const listed = await allPages(ACCESS, ROUTE, {}, played.ports);
  assert.deepEqual(listed, { kind: 'unavailable', why: 'there are more than 5000 entries', mayBeDone: false });
  assert.equal(played.asked.length, 50);
});

for (const body of ['<html>', undefined, { message: 'hello' }]) {
  test(`${JSON.stringify(body) ?? 'nothing'} is no list`, async () => {
    const played = play({ [ROUTE]: () => answer(200, body) });
    const listed = await allPages(ACCESS, ROUTE, {}, played.ports);
    assert.equal(listed.kind === 'unavailable' && listed.why, 'GitHub answered with something that is no list');
  });
}

test('no more pages are read than somebody wants', async () => {
  const played = play({ [ROUTE]: (parameters) => pageOf(entries(300), parameters) });
  for await (const page of eachPage(ACCESS, ROUTE, {}, played.ports)) {
    assert.equal(page.kind, 'ok');
    break;
  }
  assert.equal(played.asked.length, 1);
});
