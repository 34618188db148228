import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GitHubOutcome } from '../../../src/github-http.ts';
import { readPullRequest, readRepository } from '../../../src/github/pull-requests.ts';
import { ACCESS, answer, NOT_FOUND, play, RESET } from './play.ts';

const PULL = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const PULLS = 'GET /repos/{owner}/{repo}/pulls';
const HEAD = 'a'.repeat(40);
const pull = (fields: object): GitHubOutcome =>
  answer(200, { number: 7, state: 'open', labels: [], head: { sha: HEAD }, ...fields });

describe('a pull request', () => {
  const hidden = 'GitHub answered 404: it is not there, or the token may not see it';
  const nonsense = 'GitHub answered with something that is no pull request';
  const list = answer(200, []);
  for (const [name, one, all, expected] of [
    ['open', pull({}), list, { kind: 'open', labels: [], head: HEAD }],
    [
      'closed, with labels',
      pull({ state: 'closed', labels: [{ name: 'keep' }, { name: 'a "b"' }, 'c'] }),
      list,
      { kind: 'closed', labels: ['keep', 'a "b"'], head: HEAD },
    ],
    ['not there', NOT_FOUND, list, { kind: 'missing' }],
    ['not to be seen', NOT_FOUND, NOT_FOUND, { kind: 'unknown', why: hidden }],
    [
      'not there, and the list is refused',
      NOT_FOUND,
      answer(403),
      { kind: 'unknown', why: 'the token lacks pull-requests: read' },
    ],
    ['not there, and no list either', NOT_FOUND, answer(200, '<html>'), { kind: 'unknown', why: hidden }],
    ['refused', answer(403), list, { kind: 'unknown', why: 'the token lacks pull-requests: read' }],
    ['of a GitHub that is down', answer(500), list, { kind: 'unknown', why: 'GitHub answered 500' }],
    [
      'of a GitHub that does not answer',
      RESET,
      list,
      { kind: 'unknown', why: 'GitHub did not answer (read ECONNRESET)' },
    ],
    ['as a web page', answer(200, '<html>'), list, { kind: 'unknown', why: nonsense }],
    ['of another number', pull({ number: 8 }), list, { kind: 'unknown', why: nonsense }],
    ['in a state of its own', pull({ state: 'merged' }), list, { kind: 'unknown', why: nonsense }],
    [
      'without labels: it may have the one that keeps it',
      pull({ labels: undefined }),
      list,
      { kind: 'unknown', why: nonsense },
    ],
    ['gone', answer(410), list, { kind: 'unknown', why: 'GitHub answered 410' }],
  ] as const) {
    test(`${name}: ${expected.kind}`, async () => {
      const { ports } = play({ [PULL]: () => one, [PULLS]: () => all });
      assert.deepEqual(await readPullRequest(ACCESS, 7, ports), expected);
    });
  }

  test('is asked for by its number', async () => {
    const { ports, asked } = play({ [PULL]: () => pull({}) });
    await readPullRequest(ACCESS, 7, ports);
    assert.deepEqual(asked[0]?.parameters, { owner: 'org', repo: 'app', pull_number: 7 });
  });
});

for (const [name, outcome, expected] of [
  ['there', answer(200, { id: 42 }), { kind: 'known', id: '42' }],
  [
    'without a number',
    answer(200, {}),
    { kind: 'unknown', why: 'GitHub answered with something that is no repository' },
  ],
  ['hidden', NOT_FOUND, { kind: 'unknown', why: 'GitHub answered 404: it is not there, or the token may not see it' }],
  ['refused', answer(401), { kind: 'unknown', why: 'GitHub does not accept the token' }],
] as const) {
  test(`a repository that is ${name}`, async () => {
    const { ports } = play({ 'GET /repos/{owner}/{repo}': () => outcome });
    assert.deepEqual(await readRepository(ACCESS, ports), expected);
  });
}
