import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareOnGitHub, isAt } from '../../../src/github/compare.ts';
import { ACCESS, answer, NOT_FOUND, play, RESET } from './play.ts';

const ROUTE = 'GET /repos/{owner}/{repo}/compare/{base}...{head}';

for (const [outcome, expected] of [
  [answer(200, { status: 'ahead' }), { kind: 'known', isAncestor: true }],
  [answer(200, { status: 'behind' }), { kind: 'known', isAncestor: false }],
  [answer(200, { status: 'diverged' }), { kind: 'known', isAncestor: false }],
  [answer(200, { status: 'identical' }), { kind: 'known', isAncestor: false }],
  [answer(200, {}), { kind: 'unknown', why: 'GitHub answered with something that is no comparison' }],
  [
    NOT_FOUND,
    {
      kind: 'unknown',
      why: 'GitHub does not have both commits, or the token may not read the repository (contents: read)',
    },
  ],
  [answer(401), { kind: 'unknown', why: 'GitHub refused the token, or answers no more questions for now (401)' }],
  [answer(422), { kind: 'unknown', why: 'GitHub answered 422' }],
  [RESET, { kind: 'unknown', why: 'GitHub did not answer (read ECONNRESET)' }],
] as const) {
  test(`an answer ${JSON.stringify(outcome)}: ${JSON.stringify(expected)}`, async () => {
    const { ports } = play({ [ROUTE]: () => outcome });
    assert.deepEqual(await compareOnGitHub('a', 'b', ACCESS, ports), expected);
  });
}

for (const [name, outcome, expected] of [
  ['at the commit', answer(200, { status: 'identical' }), true],
  ['further on', answer(200, { status: 'ahead' }), false],
  ['gone', NOT_FOUND, false],
] as const) {
  test(`a branch that is ${name}`, async () => {
    const { ports, asked } = play({ [ROUTE]: () => outcome });
    assert.equal(await isAt('feature/x', 'a', ACCESS, ports), expected);
    assert.equal(asked[0]?.parameters['head'], 'feature/x');
  });
}
