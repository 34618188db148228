import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveCommit } from '../../../src/inputs/commit.ts';

const sha = (digit: string): string => digit.repeat(40);
const MERGE = sha('a');
const HEAD = sha('b');
const pullRequest = { pull_request: { head: { sha: HEAD } } };

for (const [name, payload, expected] of [
  ['push', { after: HEAD }, MERGE],
  ['workflow_dispatch', {}, MERGE],
  ['pull_request', pullRequest, HEAD],
  ['pull_request_target', pullRequest, HEAD],
  ['pull_request_review', pullRequest, HEAD],
  ['workflow_run', { workflow_run: { head_sha: HEAD } }, HEAD],
  ['pull_request', {}, MERGE],
  ['release', { release: { target_commitish: 'main' } }, MERGE],
] as const) {
  test(`${name}: the commit is ${expected === HEAD ? 'the head, which was pushed' : 'GITHUB_SHA'}`, () => {
    assert.equal(resolveCommit(undefined, { name, payload, sha: MERGE }), expected);
  });
}

test('the input sha comes first', () => {
  assert.equal(resolveCommit(sha('c'), { name: 'pull_request', payload: pullRequest, sha: MERGE }), sha('c'));
});

for (const [says, given] of [
  ['missing', ''],
  ['short', 'abc1234'],
  ['a branch', 'main'],
] as const) {
  test(`a GITHUB_SHA that is ${says} is an error, never a tag`, () => {
    assert.throws(() => resolveCommit(undefined, { name: 'push', payload: undefined, sha: given }), {
      code: 'commit-unknown',
      hint: 'Give it with the input sha.',
    });
  });
}
