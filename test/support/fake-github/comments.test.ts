import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { clientOf, refusalOf, REPOSITORY, type Client } from './asking.ts';
import { JOB, openFakeGitHub, type FakeGitHub, type FakeRepository } from './fake-github.ts';

let github: FakeGitHub;
let repository: FakeRepository;
let job: Client;
const ISSUE = { ...REPOSITORY, issue_number: 1 } as const;

beforeEach(async () => {
  github = await openFakeGitHub();
  repository = github.repository('org/app');
  repository.openPullRequest({ number: 1 });
  job = clientOf(github, github.jobToken({ 'pull-requests': 'write' }));
});
afterEach(async () => {
  await github.close();
  assert.deepEqual(github.defects(), []);
});

test('a comment of a job is of github-actions[bot], through the App github-actions', async () => {
  const { data } = await job.rest.issues.createComment({ ...ISSUE, body: 'done' });

  assert.deepEqual(
    [data.user?.login, data.user?.type, data.performed_via_github_app?.slug],
    ['github-actions[bot]', 'Bot', 'github-actions'],
  );
  assert.deepEqual(
    repository.comments(1).map(({ body, author }) => [body, author]),
    [['done', JOB]],
  );
});

test('300 comments come 30 at a time, 100 at most, oldest first, and the links lead from page to page', async () => {
  for (let count = 1; count <= 300; count += 1) {
    repository.addComment(1, { login: 'octocat', kind: 'user' }, `comment ${count}`);
  }

  const first = await job.rest.issues.listComments(ISSUE);
  const most = await job.rest.issues.listComments({ ...ISSUE, per_page: 250 });
  const all = await job.paginate(job.rest.issues.listComments, { ...ISSUE, per_page: 100 });

  assert.equal(first.data.length, 30);
  assert.equal(most.data.length, 100);
  assert.deepEqual([all.length, all[0]?.body, all[299]?.body], [300, 'comment 1', 'comment 300']);
  assert.match(
    first.headers.link ?? '',
    /^<http:\/\/127\.0\.0\.1:\d+\/repositories\/\d+\/issues\/1\/comments\?page=2>; rel="next", <[^>]+page=10>; rel="last"$/,
  );
  const last = await job.rest.issues.listComments({ ...ISSUE, per_page: 100, page: 3 });
  assert.match(last.headers.link ?? '', /^<[^>]+page=2>; rel="prev", <[^>]+page=1>; rel="first"$/);
});

test('one page has no links', async () => {
  assert.equal((await job.rest.issues.listComments(ISSUE)).headers.link, undefined);
});

test('a comment is updated in place, and deleted, whoever wrote it', async () => {
  const { id } = repository.addComment(1, { login: 'octocat', kind: 'user' }, 'mine');

  await job.rest.issues.updateComment({ ...REPOSITORY, comment_id: id, body: 'ours' });
  assert.deepEqual(
    repository.comments(1).map(({ body, author }) => [body, author.login]),
    [['ours', 'octocat']],
  );
  await job.rest.issues.deleteComment({ ...REPOSITORY, comment_id: id });
  assert.deepEqual(repository.comments(1), []);
});

for (const { what, body, says } of [
  { what: '65,536 characters', body: 'x'.repeat(65_536), says: undefined },
  { what: '65,537 characters', body: 'x'.repeat(65_537), says: 'Body is too long (maximum is 65536 characters)' },
  { what: 'blanks', body: ' \n', says: 'Body cannot be blank' },
]) {
  test(`a comment of ${what} is ${says === undefined ? 'taken' : 'refused, new or changed'}`, async () => {
    const { id } = repository.addComment(1, JOB, 'old');
    const acts = [
      (): Promise<unknown> => job.rest.issues.createComment({ ...ISSUE, body }),
      (): Promise<unknown> => job.rest.issues.updateComment({ ...REPOSITORY, comment_id: id, body }),
    ];
    for (const act of acts) {
      if (says === undefined) {
        await act();
      } else {
        assert.equal((await refusalOf(act())).status, 422);
        assert.ok(JSON.stringify(await act().catch((error: unknown) => error)).includes(says));
      }
    }
    assert.equal(repository.comments(1).length, says === undefined ? 2 : 1);
  });
}

test('where the conversation is locked, a job is refused and a person is not', async () => {
  repository.changePullRequest(1, { isLocked: true });
  const person = clientOf(github, github.token({ login: 'octocat', kind: 'user' }, { 'pull-requests': 'write' }));

  const refused = await refusalOf(job.rest.issues.createComment({ ...ISSUE, body: 'a' }));
  await person.rest.issues.createComment({ ...ISSUE, body: 'b' });

  assert.deepEqual([refused.status, refused.message], [403, 'Unable to create comment because issue is locked.']);
  assert.deepEqual(
    repository.comments(1).map(({ body }) => body),
    ['b'],
  );
});

test('pull requests are listed as GitHub does: the open ones, newest first', async () => {
  repository.openPullRequest({ head: { repository: 'fork/app' }, labels: ['keep'] });
  repository.openPullRequest({ head: { repository: undefined } });
  repository.changePullRequest(1, { state: 'closed', isMerged: true });
  const numbers = async (state?: 'all' | 'closed'): Promise<readonly number[]> =>
    (await job.rest.pulls.list({ ...REPOSITORY, ...(state === undefined ? {} : { state }) })).data.map(
      ({ number }) => number,
    );

  assert.deepEqual(await numbers(), [3, 2]);
  assert.deepEqual(await numbers('closed'), [1]);
  assert.deepEqual(await numbers('all'), [3, 2, 1]);
  const fork = (await job.rest.pulls.get({ ...REPOSITORY, pull_number: 2 })).data;
  assert.deepEqual(
    [fork.head.repo.full_name, fork.base.repo.full_name, fork.head.repo.fork],
    ['fork/app', 'org/app', true],
  );
  assert.equal((await job.rest.pulls.get({ ...REPOSITORY, pull_number: 3 })).data.head.repo, null);
  assert.equal((await job.rest.pulls.get({ ...REPOSITORY, pull_number: 1 })).data.merged, true);
  assert.equal((await refusalOf(job.rest.pulls.get({ ...REPOSITORY, pull_number: 9 }))).status, 404);
});
