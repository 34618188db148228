import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitsOfCheckout, resolveCommit, type RunEvent } from '../../../src/inputs/commit.ts';
import { failureOfWork } from '../../support/failures.ts';
import {
  commentPayload,
  deploymentPayload,
  event,
  HEAD,
  mergeGroupPayload,
  NOTHING,
  OWN,
  pullRequestPayload,
  pushPayload,
  releasePayload,
  sha,
  workflowRunPayload,
} from '../../support/event-payloads.ts';

const TAG_OBJECT = sha('d');
const ANNOTATED = event('push', pushPayload({ ref: 'refs/tags/v1.2.3', after: TAG_OBJECT, created: true }));
const MERGED = pullRequestPayload('here', { state: 'closed', merged: true, merge_commit_sha: OWN });
const CLOSED = pullRequestPayload('here', { state: 'closed', merged: false, merge_commit_sha: sha('e') });

const COMMITS: readonly (readonly [says: string, event: RunEvent, expected: string])[] = [
  ['a push to a branch', event('push', pushPayload()), OWN],
  ['a push of a tag', event('push', pushPayload({ ref: 'refs/tags/v1.2.3', created: true })), OWN],
  ['a push of an annotated tag: the commit, not the tag object', ANNOTATED, OWN],
  ['a pull request: its head, which somebody has pushed', event('pull_request', pullRequestPayload('here')), HEAD],
  ['a review: the head', event('pull_request_review', pullRequestPayload('here')), HEAD],
  ['a comment of a review: the head', event('pull_request_review_comment', pullRequestPayload('here')), HEAD],
  ['pull_request_target: the head', event('pull_request_target', pullRequestPayload('here')), HEAD],
  ['a pull request that was merged: what came into the base branch', event('pull_request', MERGED), OWN],
  ['a pull request that was closed: the head', event('pull_request', CLOSED), HEAD],
  ['a pull request of which nothing is told', event('pull_request', {}), OWN],
  ['a workflow run: its head', event('workflow_run', workflowRunPayload('here')), HEAD],
  ['a merge group', event('merge_group', mergeGroupPayload(), sha('f')), OWN],
  ['a run by hand', event('workflow_dispatch', { inputs: { environment: 'prod' }, ref: 'refs/heads/main' }), OWN],
  ['a schedule', event('schedule', { schedule: '0 3 * * *' }), OWN],
  ['a repository_dispatch', event('repository_dispatch', { action: 'x', client_payload: {} }), OWN],
  ['a release', event('release', releasePayload()), OWN],
  ['a deployment', event('deployment', deploymentPayload('main'), sha('f')), OWN],
  ['a deployment_status', event('deployment_status', deploymentPayload('v1.2.3'), sha('f')), OWN],
  ['a comment on an issue', event('issue_comment', commentPayload('an issue')), OWN],
];

for (const [says, given, expected] of COMMITS) {
  test(`${says} is deployed`, () => {
    assert.equal(resolveCommit(undefined, given), expected);
  });
}

test('the input sha comes first', () => {
  const wished = sha('c');
  assert.equal(resolveCommit(wished, event('pull_request', pullRequestPayload('here'))), wished);
  assert.equal(resolveCommit(wished, event('issue_comment', commentPayload('a pull request'))), wished);
  assert.equal(resolveCommit(wished, event('push', pushPayload({ deleted: true, after: NOTHING }))), wished);
});

test('the tag object of a push, given as the input sha, means its commit', () => {
  assert.equal(resolveCommit(TAG_OBJECT, ANNOTATED), OWN);
});

const UNKNOWN: readonly (readonly [says: string, event: RunEvent, message: RegExp, hint: RegExp])[] = [
  [
    'a push that deleted a branch',
    event('push', pushPayload({ ref: 'refs/heads/old', after: NOTHING, deleted: true, head_commit: null })),
    /: this push deleted refs\/heads\/old$/,
    /if: \$\{\{ !github\.event\.deleted \}\}/,
  ],
  [
    'a push without a commit after it',
    event('push', pushPayload({ ref: 'refs/tags/v1', after: NOTHING })),
    /deleted refs\/tags\/v1$/,
    /input sha/,
  ],
  [
    'a draft of a release',
    event('release', releasePayload({ draft: true })),
    /: the release v1\.2\.3 is a draft/,
    /types: \[published\]/,
  ],
  [
    'a comment on a pull request',
    event('issue_comment', commentPayload('a pull request')),
    /: a comment on a pull request does not say which commit is meant, nor whose it is$/,
    /on pull_request, or .* workflow_dispatch.*sha: \$\{\{ github\.sha \}\}/,
  ],
  ['no GITHUB_SHA', event('push', {}, ''), /"" is not a full SHA$/, /input sha/],
  ['a short GITHUB_SHA', event('push', {}, 'abc1234'), /"abc1234" is not a full SHA$/, /input sha/],
  ['a branch for a GITHUB_SHA', event('push', {}, 'main'), /"main" is not a full SHA$/, /input sha/],
  ['a GITHUB_SHA of zeros', event('delete', {}, NOTHING), /"0{40}" is not a full SHA$/, /input sha/],
];

for (const [says, given, message, hint] of UNKNOWN) {
  test(`${says} is an error with what to do, never a tag`, async () => {
    const failure = await failureOfWork(() => resolveCommit(undefined, given));
    assert.equal(failure.code, 'commit-unknown');
    assert.match(failure.message, message);
    assert.match(failure.hint, hint);
  });
}

test('zeros given as the input sha are no commit', async () => {
  const failure = await failureOfWork(() => resolveCommit(NOTHING, event('push', pushPayload())));
  assert.equal(failure.code, 'commit-unknown');
});

for (const [name, payload, expected] of [
  ['pull_request', pullRequestPayload('here'), [HEAD, OWN]],
  ['pull_request_review', pullRequestPayload('here'), [HEAD, OWN]],
  ['pull_request_review_comment', pullRequestPayload('here'), [HEAD, OWN]],
  ['pull_request_target', pullRequestPayload('here'), [HEAD]],
  ['workflow_run', workflowRunPayload('here'), [HEAD]],
  ['push', pushPayload(), [OWN]],
] as const) {
  test(`${name}: ${expected.length === 2 ? 'the merge commit' : 'no other commit'} may be checked out`, () => {
    const given = event(name, payload);
    assert.deepEqual(commitsOfCheckout(resolveCommit(undefined, given), given), expected);
  });
}

test('of another commit than the head the merge commit may not be checked out', () => {
  assert.deepEqual(commitsOfCheckout(sha('c'), event('pull_request', pullRequestPayload('here'))), [sha('c')]);
});
