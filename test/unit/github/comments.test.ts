import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMENT_LIMIT, keepComment } from '../../../src/github/comments.ts';
import { ACCESS, answer, cancelled, lost, NOT_FOUND, pageOf, play, RESET, status, type Played } from './play.ts';

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const COMMENT = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
const JOB = 'github-actions[bot]';
const MARKER = '<!-- k8s-deploy: preview shop -->';

type Comment = {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string } | null;
  readonly html_url: string;
};
type PullRequest = Played & {
  readonly comments: Comment[];
  add(author: string | null, body: string): Comment;
  bodies(): readonly string[];
};

/** A pull request with so many comments of others, and these. */
function pullRequest(
  login: string,
  given: readonly (readonly [login: string | null, body: string])[] = [],
  others = 0,
): PullRequest {
  const comments: Comment[] = [];
  const add = (author: string | null, body: string): Comment => {
    const id = comments.length + 1;
    const comment = {
      id,
      body,
      user: author === null ? null : { login: author },
      html_url: `https://github.example/c/${id}`,
    };
    comments.push(comment);
    return comment;
  };
  given.forEach(([author, body]) => add(author, body));
  Array.from({ length: others }, (_, index) => add('octocat', `comment ${index}`));
  const played = play({
    [`GET ${COMMENTS}`]: ({ issue_number: number, ...query }) => (number === 7 ? pageOf(comments, query) : NOT_FOUND),
    [`POST ${COMMENTS}`]: ({ body }) => answer(201, add(login, String(body))),
    [COMMENT]: ({ comment_id: id, body }) => {
      const comment = comments.find((one) => one.id === id);
      if (comment === undefined) {
        return NOT_FOUND;
      }
      comment.body = String(body);
      return answer(200, comment);
    },
    'POST /graphql': () => answer(200, { data: { viewer: { login } } }),
  });
  return { ...played, comments, add, bodies: () => comments.map(({ body }) => body) };
}

const keep = async ({ ports }: Played, body = 'It is there.', pull = 7) =>
  keepComment(ACCESS, { pullRequest: pull, key: 'preview shop', body }, ports);
const ours = ({ comments }: PullRequest, text = MARKER): readonly Comment[] =>
  comments.filter(({ body }) => body.startsWith(text));
const told = (id: number) => ({ kind: 'told', url: `https://github.example/c/${id}` });

test('the first time a comment is made, the marker first; nobody has to be asked who writes', async () => {
  const pull = pullRequest(JOB, [], 3);
  assert.deepEqual(await keep(pull), told(4));
  assert.equal(pull.comments[3]?.body, `${MARKER}\nIt is there.`);
  assert.deepEqual(pull.words(), ['GET comments', 'POST comments']);
});

test('it is updated in place, among 300 comments, on whatever page it is', async () => {
  for (const pull of [pullRequest(JOB, [[JOB, `${MARKER}\nold`]], 300), pullRequest(JOB, [], 300)]) {
    await keep(pull, 'one');
    await keep(pull, 'two');
    assert.deepEqual(
      ours(pull).map(({ body }) => body),
      [`${MARKER}\ntwo`],
    );
  }
});

test('what is there already is not written again, however GitHub keeps its lines', async () => {
  const pull = pullRequest(JOB, [[JOB, `${MARKER}\r\none\r\ntwo\n`]]);
  assert.deepEqual(await keep(pull, 'one\ntwo'), told(1));
  assert.deepEqual(pull.words(), ['GET comments', 'POST graphql']);
});

for (const [name, author, body] of [
  ['a comment of another author with the same marker', 'mallory', `${MARKER}\nmine`],
  ['one of another bot', 'other[bot]', `${MARKER}\nmine`],
  ['one of an account that is gone', null, `${MARKER}\nmine`],
  ['one of ours that only quotes the marker', JOB, `Look:\n${MARKER}\nmine`],
  ['one of ours with another key', JOB, '<!-- k8s-deploy: preview shop2 -->\nmine'],
] as const) {
  test(`${name} is left alone`, async () => {
    const pull = pullRequest(JOB, [[author, body]]);
    assert.deepEqual(await keep(pull), told(2));
    assert.deepEqual(
      pull.comments.map((one) => one.body),
      [body, `${MARKER}\nIt is there.`],
    );
  });
}

test('where a new one is not welcome, only one that is there is kept up to date', async () => {
  const comment = { pullRequest: 7, key: 'preview shop', body: 'gone', isNewWelcome: false };
  const none = pullRequest(JOB, [['mallory', MARKER]]);
  assert.deepEqual(await keepComment(ACCESS, comment, none.ports), { kind: 'told', url: undefined });
  assert.deepEqual(none.bodies(), [MARKER]);
  const one = pullRequest(JOB, [[JOB, `${MARKER}\nthere`]]);
  assert.deepEqual(await keepComment(ACCESS, comment, one.ports), told(1));
  assert.deepEqual(one.bodies(), [`${MARKER}\ngone`]);
});

test('of several that are ours the newest is kept up to date', async () => {
  const pull = pullRequest(JOB, [
    [JOB, `${MARKER}\n1`],
    [JOB, `${MARKER}\n2`],
    ['mallory', `${MARKER}\n3`],
  ]);
  assert.deepEqual(await keep(pull), told(2));
});

describe('who the token speaks as', () => {
  const cases = [
    ['the token of a job', JOB, JOB, answer(403), 1],
    ['that of another app', 'my-app[bot]', 'my-app[bot]', answer(403), 1],
    ['that of a person, in other letters', 'Octo-Cat', 'octo-cat', answer(200, { login: 'Octo-Cat' }), 1],
    ['that of a person, only the REST API is there', undefined, 'octo-cat', answer(200, { login: 'octo-cat' }), 2],
    ['that of a job, only the REST API is there', undefined, JOB, answer(403), 2],
  ] as const;
  for (const [name, viewer, author, user, questions] of cases) {
    test(name, async () => {
      const pull = pullRequest(JOB, [[author, `${MARKER}\nold`]]);
      pull.fail('POST /graphql', {
        outcome: viewer === undefined ? NOT_FOUND : answer(200, { data: { viewer: { login: viewer } } }),
      });
      pull.fail('GET /user', { outcome: user });
      assert.deepEqual(await keep(pull), told(1));
      assert.equal(ours(pull).length, 1);
      assert.equal(pull.words().length, 2 + questions);
    });
  }

  test('an enterprise server is asked beside its REST API', async () => {
    const pull = pullRequest(JOB, [[JOB, `${MARKER}\nold`]]);
    const access = { ...ACCESS, apiUrl: 'https://ghe.example/api/v3' };
    await keepComment(access, { pullRequest: 7, key: 'preview shop', body: 'x' }, pull.ports);
    assert.deepEqual(
      pull.asked.map(({ site }) => site),
      ['https://ghe.example/api/v3', 'https://ghe.example/api', 'https://ghe.example/api/v3'],
    );
  });

  test('when nobody can tell, nothing is written: a second comment would be', async () => {
    const pull = pullRequest(JOB, [[JOB, `${MARKER}\nold`]]);
    pull.fail('POST /graphql', status(502), status(502), status(502), status(502));
    assert.deepEqual(await keep(pull), { kind: 'untold', why: 'GitHub answered 502' });
    assert.equal(pull.comments[0]?.body, `${MARKER}\nold`);
  });
});

describe('nothing is written twice', () => {
  for (const [name, fault] of [
    ['the answer to the creation is lost', lost(RESET)],
    ['GitHub answers 502 to the creation, and has done it', lost(answer(502))],
    ['GitHub answers 502 to the creation, and has not done it', status(502)],
    ['the connection breaks before the creation arrives', { outcome: RESET }],
    ['the creation is limited', { outcome: answer(403, { message: 'secondary rate limit' }, { 'retry-after': '9' }) }],
  ] as const) {
    test(name, async () => {
      const pull = pullRequest(JOB, [], 120);
      pull.fail(`POST ${COMMENTS}`, fault);
      assert.deepEqual(await keep(pull), told(121));
      assert.equal(ours(pull).length, 1);
      assert.ok(pull.seconds() > 1);
    });
  }

  test('another job makes it while the connection breaks: that one is updated', async () => {
    const pull = pullRequest(JOB);
    const meanwhile = (): void => {
      pull.add(JOB, `${MARKER}\nof another job`);
    };
    pull.fail(`POST ${COMMENTS}`, { outcome: RESET, meanwhile });
    assert.deepEqual(await keep(pull, 'new'), told(1));
    assert.deepEqual(pull.bodies(), [`${MARKER}\nnew`]);
  });

  test('an update is simply sent again', async () => {
    const pull = pullRequest(JOB, [[JOB, `${MARKER}\nold`]]);
    pull.fail(COMMENT, status(502), { outcome: RESET });
    assert.deepEqual(await keep(pull), told(1));
    assert.equal(ours(pull).length, 1);
  });

  test('a comment that is deleted meanwhile is made anew', async () => {
    const pull = pullRequest(JOB, [[JOB, `${MARKER}\nold`]]);
    const meanwhile = (): void => {
      pull.comments.pop();
    };
    pull.fail(COMMENT, { outcome: NOT_FOUND, meanwhile });
    assert.deepEqual(await keep(pull, 'new'), told(1));
    assert.deepEqual(pull.bodies(), [`${MARKER}\nnew`]);
  });

  test('a run that is cancelled gives up at once, and does not throw', async () => {
    const pull = pullRequest(JOB);
    pull.fail(`POST ${COMMENTS}`, status(502));
    assert.deepEqual(await keep({ ...pull, ports: cancelled(pull.ports) }), {
      kind: 'untold',
      why: 'GitHub answered 502',
    });
  });

  test('a GitHub that stays down is given up', async () => {
    const pull = pullRequest(JOB);
    pull.fail(`POST ${COMMENTS}`, ...Array.from({ length: 9 }, () => status(502)));
    assert.deepEqual(await keep(pull), { kind: 'untold', why: 'GitHub answered 502' });
    assert.equal(pull.words().filter((word) => word === 'POST comments').length, 3);
    assert.deepEqual(pull.comments, []);
  });
});

describe('what keeps a comment from being written is told in a clause', () => {
  const forbidden = { message: 'Resource not accessible by integration' };
  for (const [route, outcome, why] of [
    [`POST ${COMMENTS}`, answer(403, forbidden), 'the token lacks pull-requests: write'],
    [`GET ${COMMENTS}`, answer(403, forbidden), 'the token lacks pull-requests: write'],
    [
      `POST ${COMMENTS}`,
      answer(403, { message: 'Unable to create comment because issue is locked.' }),
      'GitHub refuses it: Unable to create comment because issue is locked',
    ],
    [`GET ${COMMENTS}`, NOT_FOUND, 'GitHub answered 404: it is not there, or the token may not see it'],
    [`GET ${COMMENTS}`, answer(410, { message: 'Gone' }), 'GitHub answered 410: Gone'],
    [`POST ${COMMENTS}`, answer(410), 'GitHub answered 410'],
    [
      `POST ${COMMENTS}`,
      answer(422, { message: 'Validation Failed', errors: [{ message: 'Body is too long' }] }),
      'GitHub answered 422: Validation Failed: Body is too long',
    ],
  ] as const) {
    test(`${route.split(' ')[0] ?? ''} ${outcome.status}: ${why}`, async () => {
      const pull = pullRequest(JOB);
      pull.fail(route, { outcome });
      assert.deepEqual(await keep(pull), { kind: 'untold', why });
    });
  }

  test('a comment that is too long is not even sent', async () => {
    const pull = pullRequest(JOB);
    assert.equal((await keep(pull, 'x'.repeat(COMMENT_LIMIT))).kind, 'told');
    assert.deepEqual(await keep(pull, 'x'.repeat(COMMENT_LIMIT + 1)), {
      kind: 'untold',
      why: 'the comment has 65001 letters, GitHub takes 65000',
    });
    assert.ok((pull.comments[0]?.body.length ?? 0) <= 65_536);
  });
});
