import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GitHubHttp, GitHubOutcome } from '../../../src/github-http.ts';
import { askGitHub, describeTrouble, PATIENT, type GitHubResult } from '../../../src/github/ask.ts';
import { secondsLeft, withDeadline } from '../../../src/github/pause.ts';
import { ACCESS, answer, cancelled, play, RESET } from './play.ts';

const GET = 'GET /repos/{owner}/{repo}/deployments';
const POST = 'POST /repos/{owner}/{repo}/deployments';

type Run = { readonly result: GitHubResult; readonly requests: number; readonly seconds: number };

/** GitHub gives these answers one after the other, and the last for good. */
async function ask(route: string, ...outcomes: readonly GitHubOutcome[]): Promise<Run> {
  let count = 0;
  const played = play({ [route]: () => outcomes[Math.min(count++, outcomes.length - 1)] ?? RESET });
  const result = await askGitHub(ACCESS, route, {}, played.ports);
  return { result, requests: played.asked.length, seconds: played.seconds() };
}

/** Each attempt takes so long, and there are so many seconds for all of it. */
async function askWithin(seconds: number, attemptSeconds: number, outcome: GitHubOutcome): Promise<Run> {
  const played = play({ [GET]: () => outcome });
  const { clock, github } = played.ports;
  const slow: GitHubHttp = {
    request: async (...asked) => {
      await clock.sleep(attemptSeconds * 1000);
      return github.request(...asked);
    },
  };
  const result = await askGitHub(ACCESS, GET, {}, withDeadline({ clock, github: slow }, seconds));
  return { result, requests: played.asked.length, seconds: played.seconds() };
}
const OK = answer(200, [{ id: 1 }], { etag: 'x' });

test('the owner and the repository are filled in where the route has them', async () => {
  const played = play({ [GET]: () => OK, 'GET /user': () => OK });
  assert.deepEqual(await askGitHub(ACCESS, GET, { task: 'deploy' }, played.ports), {
    kind: 'ok',
    body: [{ id: 1 }],
    headers: { etag: 'x' },
  });
  await askGitHub(ACCESS, 'GET /user', {}, played.ports);
  assert.deepEqual(
    played.asked.map(({ parameters }) => parameters),
    [{ owner: 'org', repo: 'app', task: 'deploy' }, {}],
  );
});

const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };

describe('what is asked again, and when', () => {
  for (const [name, route, outcomes, expected] of [
    ['an answer', GET, [OK], ['ok', 1, 0]],
    ['a server error that passes', GET, [answer(502), answer(503), OK], ['ok', 3, 4]],
    ['a connection that breaks', GET, [RESET, OK], ['ok', 2, 1]],
    ['a server error that does not pass', GET, [answer(500)], ['GitHub answered 500', 4, 13]],
    ['no answer at all', GET, [RESET], ['GitHub did not answer (read ECONNRESET)', 4, 13]],
    ['a change that can be made twice', 'PATCH /x', [answer(502), OK], ['ok', 2, 1]],
    ['a creation that may be done', POST, [answer(502), OK], ['GitHub answered 502', 1, 0]],
    ['a creation whose answer was lost', POST, [RESET, OK], ['GitHub did not answer (read ECONNRESET)', 1, 0]],
    ['a query, which creates nothing', 'POST /graphql', [RESET, OK], ['ok', 2, 1]],
    ['429 with a time', GET, [answer(429, undefined, { 'retry-after': '20' }), OK], ['ok', 2, 21]],
    ['429 without', GET, [answer(429), OK], ['ok', 2, 1]],
    ['a creation that was not even tried', POST, [answer(429, undefined, { 'retry-after': '5' }), OK], ['ok', 2, 6]],
    ['403 with a time', GET, [answer(403, SECONDARY, { 'retry-after': '30' }), OK], ['ok', 2, 31]],
    ['403 without more than words', GET, [answer(403, SECONDARY), OK], ['ok', 2, 60]],
    [
      'a limit that ends soon',
      GET,
      [answer(403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '40' }), OK],
      ['ok', 2, 41],
    ],
    [
      'a limit that ends soon, by the clock of GitHub',
      GET,
      [
        answer(
          403,
          {},
          {
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': '1767225610',
            date: 'Thu, 01 Jan 2026 00:00:00 GMT',
          },
        ),
        OK,
      ],
      ['ok', 2, 11],
    ],
    [
      'a limit that ends in an hour is not waited for',
      GET,
      [answer(403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3600' })],
      ['GitHub answered 403, too many requests (it asks for 3600 s of patience)', 1, 0],
    ],
    [
      'a time as a date',
      GET,
      [answer(503, undefined, { 'retry-after': 'Thu, 01 Jan 1970 00:00:30 GMT' }), OK],
      ['ok', 2, 31],
    ],
    [
      'all pauses together are bounded',
      GET,
      [answer(429, undefined, { 'retry-after': '25' })],
      ['GitHub answered 429, too many requests (it asks for 25 s of patience)', 3, 54],
    ],
    ['nothing there', GET, [answer(404)], ['missing', 1, 0]],
    ['a refusal', GET, [answer(403, { message: 'Resource not accessible by integration' })], ['refused', 1, 0]],
    ['a conflict', GET, [answer(409)], ['invalid', 1, 0]],
  ] as const) {
    test(`${name}: ${expected[0]}`, async () => {
      const { result, requests, seconds } = await ask(route, ...outcomes);
      const what = result.kind === 'unavailable' ? result.why : result.kind;
      assert.deepEqual([what, requests, Math.round(seconds)], expected);
    });
  }

  test('the jobs of a matrix do not come back together', async () => {
    const played = play({ [GET]: () => RESET });
    const early = { ...played.ports.clock, random: () => 0 };
    await askGitHub(ACCESS, GET, {}, { ...played.ports, clock: early });
    assert.equal(played.seconds(), (1 + 3 + 9) * 0.75);
  });

  test('a run that is cancelled does not wait, and gets the answer that there is', async () => {
    const played = play({ [GET]: () => answer(503) });
    const result = await askGitHub(ACCESS, GET, {}, cancelled(played.ports));
    assert.deepEqual(result, { kind: 'unavailable', why: 'GitHub answered 503', mayBeDone: true });
    assert.equal(played.asked.length, 1);
  });

  test('an attempt has a timeout', async () => {
    const seconds: number[] = [];
    const played = play({});
    const github = {
      request: async (_site: unknown, _route: string, _parameters: object, timeoutSeconds: number) => {
        seconds.push(timeoutSeconds);
        return OK;
      },
    };
    await askGitHub(ACCESS, GET, {}, { ...played.ports, github });
    assert.deepEqual(seconds, [PATIENT.timeoutSeconds]);
  });

  describe('with a deadline', () => {
    for (const [name, within, attempt, outcome, expected] of [
      ['an attempt begins only if it can be waited for', 45, 10, RESET, [4, 45]],
      ['a pause is cut to what is left', 32, 10, RESET, [3, 32]],
      [
        'what GitHub asks for is not waited for when it is more',
        30,
        0,
        answer(429, '', { 'retry-after': '25' }),
        [1, 0],
      ],
      ['what GitHub asks for is waited for when it fits', 30, 0, answer(429, '', { 'retry-after': '12' }), [2, 13]],
      ['without time for one attempt nobody asks', 9, 0, OK, [0, 0]],
    ] as const) {
      test(name, async () => {
        const { requests, seconds } = await askWithin(within, attempt, outcome);
        assert.deepEqual([requests, Math.round(seconds)], expected);
      });
    }

    test('one that is later does not prolong the first', () => {
      const { ports } = play({});
      assert.equal(secondsLeft(withDeadline(withDeadline(ports, 5), 60)), 5);
      assert.equal(secondsLeft(ports), Infinity);
    });
  });

  test('nobody knows whether it was done, except after a rate limit', async () => {
    for (const [outcome, expected] of [
      [RESET, true],
      [answer(500), true],
      [answer(429, undefined, { 'retry-after': '3600' }), false],
    ] as const) {
      const { result } = await ask(POST, outcome);
      assert.equal(result.kind === 'unavailable' && result.mayBeDone, expected);
    }
  });
});

const accepted = (value: string): Readonly<Record<string, string>> => ({ 'x-accepted-github-permissions': value });

describe('a refusal names what is missing', () => {
  const REFUSED = { message: 'Resource not accessible by integration' };
  const COMMENTS = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  for (const [route, outcome, clause] of [
    [POST, answer(403, REFUSED, accepted('deployments=write')), 'the token lacks deployments: write'],
    [POST, answer(403, REFUSED), 'the token lacks deployments: write'],
    [GET, answer(403, REFUSED), 'the token lacks deployments: read'],
    [
      'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      answer(403, REFUSED),
      'the token lacks deployments: write',
    ],
    [
      COMMENTS,
      answer(403, REFUSED, accepted('issues=write; pull_requests=write')),
      'the token lacks issues: write or pull-requests: write',
    ],
    [
      COMMENTS,
      answer(403, REFUSED, accepted('issues=write,contents=read')),
      'the token lacks issues: write and contents: read',
    ],
    [COMMENTS, answer(403, REFUSED, accepted('')), 'the token lacks pull-requests: write'],
    ['PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', answer(403), 'the token lacks pull-requests: write'],
    ['GET /repos/{owner}/{repo}/pulls/{pull_number}', answer(403), 'the token lacks pull-requests: read'],
    ['GET /repos/{owner}/{repo}/compare/{base}...{head}', answer(403), 'the token lacks contents: read'],
    ['GET /user', answer(403, REFUSED), 'GitHub refuses it: Resource not accessible by integration'],
    [
      COMMENTS,
      answer(403, { message: 'Unable to create comment because issue is locked.' }, accepted('issues=write')),
      'GitHub refuses it: Unable to create comment because issue is locked',
    ],
    [
      COMMENTS,
      answer(403, { message: 'Repository was archived so is read-only.' }),
      'GitHub refuses it: Repository was archived so is read-only',
    ],
    [GET, answer(401, { message: 'Bad credentials' }), 'GitHub does not accept the token: Bad credentials'],
    [GET, answer(404), 'GitHub answered 404: it is not there, or the token may not see it'],
    [GET, answer(410, { message: 'Issues are disabled' }), 'GitHub answered 410: Issues are disabled'],
    [GET, answer(422), 'GitHub answered 422'],
    [GET, answer(304), 'GitHub answered 304'],
    [
      POST,
      answer(422, {
        message: 'Validation Failed',
        errors: [{ field: 'ref', code: 'missing_field' }, { message: 'No ref found for: x' }],
      }),
      'GitHub answered 422: Validation Failed: ref is missing_field, No ref found for: x',
    ],
    [POST, answer(422, { message: 'Nope', errors: ['one', 'two'] }), 'GitHub answered 422: Nope: one, two'],
    [POST, answer(409, { message: 'a\n::error::b\u0007' }), 'GitHub answered 409: a ::error::b'],
    [GET, answer(400, '<html>'), 'GitHub answered 400'],
  ] as const) {
    test(`${outcome.status} for ${route.split('/').at(-1) ?? ''}: ${clause.slice(0, 70)}`, async () => {
      const { result } = await ask(route, outcome);
      assert.ok(result.kind !== 'ok');
      assert.equal(describeTrouble(result), clause);
    });
  }

  test('what GitHub says at length is cut, and not within a letter', async () => {
    const { result } = await ask(POST, answer(409, { message: `${'x'.repeat(198)}🙂🙂` }));
    assert.ok(result.kind === 'invalid');
    assert.equal(result.message, `${'x'.repeat(198)}…`);
  });
});
