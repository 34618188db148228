import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { clientOf, refusalOf, REPOSITORY, type Client } from './asking.ts';
import { openFakeGitHub, type FakeGitHub, type FakeRepository } from './fake-github.ts';

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const ISSUE = { ...REPOSITORY, issue_number: 1 } as const;

let github: FakeGitHub;
let repository: FakeRepository;
let job: Client;
const write = (body = 'a'): Promise<unknown> => job.rest.issues.createComment({ ...ISSUE, body });
const written = (): readonly string[] => repository.comments(1).map(({ body }) => body);

beforeEach(async () => {
  github = await openFakeGitHub();
  repository = github.repository('org/app');
  repository.openPullRequest({ number: 1 });
  job = clientOf(github, github.jobToken({ 'pull-requests': 'write' }));
});
afterEach(async () => {
  await github.close();
  assert.deepEqual([...github.defects(), ...github.mistakes()], []);
});

for (const status of [401, 403, 404, 409, 422, 429, 500, 502, 503]) {
  test(`${status} is answered until it is healed, and nothing takes place`, async () => {
    github.fail({ kind: 'status', status });

    assert.deepEqual([(await refusalOf(write())).status, (await refusalOf(write())).status], [status, status]);
    assert.deepEqual(written(), []);
    github.heal();
    await write();
    assert.deepEqual(written(), ['a']);
  });
}

test('a 502 may come after the effect has taken place', async () => {
  github.fail({ kind: 'status', status: 502, when: 'after' }, { times: 1 });

  assert.equal((await refusalOf(write())).status, 502);
  assert.deepEqual(written(), ['a']);
});

test('429 has the headers that the test wants', async () => {
  github.fail({ kind: 'status', status: 429, headers: { 'retry-after': '3' } });

  const { status, headers } = await refusalOf(write());
  assert.deepEqual([status, headers['retry-after']], [429, '3']);
});

test('the secondary rate limit says so, and for how long', async () => {
  github.fail({ kind: 'rate-limit', limit: 'secondary', seconds: 60 });

  const { status, message, headers } = await refusalOf(write());
  assert.deepEqual([status, headers['retry-after']], [403, '60']);
  assert.match(message, /^You have exceeded a secondary rate limit\./);
  assert.notEqual(headers['x-ratelimit-remaining'], '0');
});

test('the primary rate limit says that nothing is left, and until when', async () => {
  github.fail({ kind: 'rate-limit', limit: 'primary', seconds: 60, status: 429 });

  const { status, message, headers } = await refusalOf(write());
  const seconds = Number(headers['x-ratelimit-reset']) - Date.now() / 1000;
  assert.deepEqual([status, headers['x-ratelimit-remaining'], headers['retry-after']], [429, '0', undefined]);
  assert.match(message, /^API rate limit exceeded for/);
  assert.ok(seconds > 50 && seconds <= 61, String(seconds));
});

for (const when of ['before', 'after'] as const) {
  test(`a connection that is reset ${when} the effect: no answer, ${when === 'after' ? 'and a second try is a second comment' : 'and no comment'}`, async () => {
    github.fail({ kind: 'reset', when }, { times: 1 });

    await assert.rejects(write('first'));
    await write('second');

    assert.deepEqual(written(), when === 'after' ? ['first', 'second'] : ['second']);
    assert.deepEqual(
      github.requests(`POST ${COMMENTS}`).map(({ status }) => status),
      [undefined, 201],
    );
  });
}

test('an answer that is late is right all the same', async () => {
  github.fail({ kind: 'slow', milliseconds: 80 }, { times: 1 });
  const before = performance.now();

  await write();

  assert.ok(performance.now() - before >= 79);
  assert.deepEqual(written(), ['a']);
});

test('a fake that is closed does not wait for what is late', async () => {
  const other = await openFakeGitHub('T0KEN');
  other.fail({ kind: 'slow', milliseconds: 60_000 });
  const asking = assert.rejects(clientOf(other, 'T0KEN').rest.rateLimit.get());
  await new Promise((resolve) => setTimeout(resolve, 20));
  await other.close();
  await asking;
  assert.deepEqual(other.defects(), []);
});

test('garbage is half of the answer', async () => {
  github.fail({ kind: 'garbage' });

  const answer = await fetch(`${github.url}/rate_limit`, {
    headers: { authorization: `Bearer ${github.jobToken({})}` },
  });

  assert.equal(answer.status, 200);
  await assert.rejects(answer.json(), SyntaxError);
});

const statusOf = async (act: Promise<unknown>): Promise<number> =>
  act.then(
    () => 200,
    async () => (await refusalOf(act)).status,
  );

test('a fault is for one route, for the requests that match, after so many, and so often', async () => {
  github.fail({ kind: 'status', status: 500 }, { route: `POST ${COMMENTS}`, after: 1, times: 2 });
  github.fail({ kind: 'status', status: 503 }, { matches: ({ query }) => query['page'] === '3', times: 1 });

  const posts = [];
  for (let count = 0; count < 4; count += 1) {
    posts.push(await statusOf(write()));
  }
  const pages = [];
  for (const page of [1, 3, 3]) {
    pages.push(await statusOf(job.rest.issues.listComments({ ...ISSUE, page })));
  }

  assert.deepEqual(posts, [200, 500, 500, 200]);
  assert.deepEqual(pages, [200, 503, 200]);
  assert.equal(written().length, 2);
});

test('what was asked is kept: the whole of it, and the paths since the last look', async () => {
  await write('text');
  assert.deepEqual(github.questions(), ['/repos/org/app/issues/1/comments']);
  await job.rest.issues.listComments({ ...ISSUE, page: 2 });

  assert.deepEqual(github.questions(), ['/repos/org/app/issues/1/comments?page=2']);
  assert.deepEqual(github.questions(), []);
  const [post] = github.requests(`POST ${COMMENTS}`);
  assert.deepEqual(
    [post?.method, post?.body, post?.login, post?.status, post?.params['issue_number']],
    ['POST', { body: 'text' }, 'github-actions[bot]', 201, '1'],
  );
});
