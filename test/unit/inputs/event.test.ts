import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunEvent } from '../../../src/inputs/commit.ts';
import {
  resolveAnyEvent,
  resolveEvent,
  restrictionOf,
  type EventFacts,
  type EventSurroundings,
} from '../../../src/inputs/event.ts';
import {
  BASE_REPOSITORY,
  checkPayload,
  commentPayload,
  deploymentPayload,
  event,
  FORK,
  HEAD,
  listedPullRequest,
  mergeGroupPayload,
  NOTHING,
  OWN,
  pullRequestPayload,
  pushPayload,
  releasePayload,
  sha,
  workflowRunPayload,
} from '../../support/event-payloads.ts';

const MAIN: EventSurroundings = { ref: 'refs/heads/main', actor: 'octocat', runAttempt: '1' };
const MERGE: EventSurroundings = { ...MAIN, ref: 'refs/pull/7/merge' };
const TAG: EventSurroundings = { ...MAIN, ref: 'refs/tags/v1.2.3' };
const DEPENDABOT = 'dependabot[bot]';

const bot = (ref: string): EventSurroundings => ({ ref, actor: DEPENDABOT, runAttempt: '1' });

const factsOf = (given: RunEvent, around: EventSurroundings = MAIN, wished?: string): EventFacts =>
  resolveEvent(wished, given, around);

describe('what a deployment on GitHub is made of', () => {
  const QUEUE = { ...MAIN, ref: `refs/heads/gh-readonly-queue/main/pr-7-${sha('c')}` };
  const TABLE: readonly (readonly [says: string, event: RunEvent, around: EventSurroundings, expected: string])[] = [
    ['a push to a branch: the branch', event('push', pushPayload()), MAIN, 'main'],
    ['a branch with slashes', event('push', {}), { ...MAIN, ref: 'refs/heads/feature/a/b' }, 'feature/a/b'],
    ['a tag: the tag', event('push', pushPayload({ ref: TAG.ref })), TAG, 'v1.2.3'],
    ['a release: its tag', event('release', releasePayload()), TAG, 'v1.2.3'],
    ['a run by hand: its branch', event('workflow_dispatch', {}), MAIN, 'main'],
    ['a schedule: its branch', event('schedule', {}), MAIN, 'main'],
    ['a pull request: the commit', event('pull_request', pullRequestPayload('here')), MERGE, HEAD],
    ['pull_request_target: the commit', event('pull_request_target', pullRequestPayload('here')), MAIN, HEAD],
    ['a workflow run: the commit', event('workflow_run', workflowRunPayload('here')), MAIN, HEAD],
    ['a merge group, whose branch goes away: the commit', event('merge_group', mergeGroupPayload()), QUEUE, OWN],
    ['a deployment of a branch', event('deployment', deploymentPayload('main')), MAIN, 'main'],
    ['a deployment of a commit', event('deployment', deploymentPayload(OWN)), { ...MAIN, ref: '' }, OWN],
    [
      'a branch in a run that is started again: the commit',
      event('push', pushPayload()),
      { ...MAIN, runAttempt: '2' },
      OWN,
    ],
    ['a tag in such a run: the tag', event('push', pushPayload()), { ...TAG, runAttempt: '2' }, 'v1.2.3'],
    ['a runner that says nothing: the commit', event('push', pushPayload()), { ...MAIN, ref: '' }, OWN],
  ];
  for (const [says, given, around, expected] of TABLE) {
    test(says, () => {
      assert.equal(factsOf(given, around).ref, expected);
    });
  }

  test('another commit than that of the run: the commit', () => {
    assert.equal(factsOf(event('workflow_dispatch', {}), MAIN, sha('c')).ref, sha('c'));
  });
});

const run = (more: Readonly<Record<string, unknown>>): RunEvent =>
  event('workflow_run', workflowRunPayload('here', more));

/** Whether a pull request is a fork's, by the repositories of its head and its base. */
function isFork(head: unknown, base: unknown): boolean | undefined {
  const repositories = { head: { sha: HEAD, repo: head }, base: { ref: 'main', repo: base } };
  return factsOf(event('pull_request', pullRequestPayload('here', repositories))).pullRequest?.isFork;
}

describe('the pull request of an event', () => {
  const SEVEN = { number: 7, isFork: false, isClosed: false, headRef: 'more', title: 'Sell `more` <b>' };
  const TABLE: readonly (readonly [says: string, event: RunEvent, expected: EventFacts['pullRequest']])[] = [
    ['of this repository', event('pull_request', pullRequestPayload('here')), SEVEN],
    ['of a fork', event('pull_request', pullRequestPayload('a fork')), { ...SEVEN, isFork: true }],
    [
      'of a fork that is gone',
      event('pull_request', pullRequestPayload('a fork that is gone')),
      { ...SEVEN, isFork: true },
    ],
    ['closed', event('pull_request', pullRequestPayload('here', { state: 'closed' })), { ...SEVEN, isClosed: true }],
    ['a review', event('pull_request_review', pullRequestPayload('here')), SEVEN],
    ['its target', event('pull_request_target', pullRequestPayload('here')), SEVEN],
    ['a workflow run that it started', run({}), { ...SEVEN, title: undefined }],
    ['a workflow run of a push, whatever lists its branch', run({ event: 'push' }), undefined],
    ['a workflow run whose branch has moved on', run({ pull_requests: [listedPullRequest(7, sha('c'))] }), undefined],
    [
      'a workflow run of two of them',
      run({ pull_requests: [listedPullRequest(7, HEAD), listedPullRequest(8, HEAD)] }),
      undefined,
    ],
    [
      'a workflow run that lists one of a fork of ours',
      run({ pull_requests: [listedPullRequest(3, HEAD, FORK.id), listedPullRequest(7, HEAD)] }),
      { ...SEVEN, title: undefined },
    ],
    ['a workflow run of a fork', event('workflow_run', workflowRunPayload('a fork')), undefined],
    ['a merge group', event('merge_group', mergeGroupPayload()), undefined],
    ['a push', event('push', pushPayload()), undefined],
    ['a comment on an issue', event('issue_comment', commentPayload('an issue')), undefined],
  ];
  for (const [says, given, expected] of TABLE) {
    test(`${says}: ${expected === undefined ? 'none' : JSON.stringify(expected)}`, () => {
      assert.deepEqual(factsOf(given).pullRequest, expected);
    });
  }

  test('a comment: its number, and nobody knows whose it is', () => {
    const given = event('issue_comment', commentPayload('a pull request', { state: 'closed' }));
    assert.deepEqual(factsOf(given, MAIN, OWN).pullRequest, {
      number: 7,
      isFork: true,
      isClosed: true,
      headRef: undefined,
      title: 'Sell more',
    });
  });

  test('a repository has its number, whatever it is called', () => {
    const renamed = { ...BASE_REPOSITORY, full_name: 'org/renamed' };
    const head = { ref: 'more', sha: HEAD, repo: renamed };
    assert.equal(factsOf(event('pull_request', pullRequestPayload('here', { head }))).pullRequest?.isFork, false);
  });

  test('without numbers the names decide, and without names nothing is the same', () => {
    assert.deepEqual(
      [
        isFork({ full_name: 'Org/App' }, { full_name: 'org/app' }),
        isFork({ full_name: 'stranger/app' }, { full_name: 'org/app' }),
        isFork({}, {}),
        isFork(undefined, undefined),
        isFork({ full_name: 'org/app' }, { id: 1, full_name: 'org/app' }),
      ],
      [false, true, true, true, true],
    );
  });
});

describe('trust', () => {
  type Row = readonly [says: string, event: RunEvent, expected: string, around?: EventSurroundings, wished?: string];
  const TABLE: readonly Row[] = [
    ['a push', event('push', pushPayload()), 'trusted'],
    ['a push, another commit wished', event('push', pushPayload()), 'trusted', MAIN, HEAD],
    ['a merge group', event('merge_group', mergeGroupPayload()), 'trusted'],
    ['a release', event('release', releasePayload()), 'trusted'],
    ['a pull request of this repository', event('pull_request', pullRequestPayload('here')), 'trusted', MERGE],
    ['a pull request of a fork', event('pull_request', pullRequestPayload('a fork')), 'restricted', MERGE],
    [
      'a pull request of a fork that is gone',
      event('pull_request', pullRequestPayload('a fork that is gone')),
      'restricted',
    ],
    ['a review of it', event('pull_request_review', pullRequestPayload('a fork')), 'restricted', MERGE],
    ['a comment of a review of it', event('pull_request_review_comment', pullRequestPayload('a fork')), 'restricted'],
    ['a fork, our commit wished', event('pull_request', pullRequestPayload('a fork')), 'restricted', MERGE, OWN],
    ['a pull request of Dependabot', event('pull_request', pullRequestPayload('here')), 'restricted', bot(MERGE.ref)],
    ['the branch of Dependabot', event('push', pushPayload()), 'restricted', bot('refs/heads/dependabot/npm/x')],
    ['what Dependabot pushed to main', event('push', pushPayload()), 'trusted', bot('refs/heads/main')],
    ['a pull request of which nothing is told', event('pull_request', {}), 'restricted'],
    ['pull_request_target, this repository', event('pull_request_target', pullRequestPayload('here')), 'trusted'],
    ['pull_request_target, a fork', event('pull_request_target', pullRequestPayload('a fork')), 'untrusted'],
    [
      'pull_request_target, a fork that is gone',
      event('pull_request_target', pullRequestPayload('a fork that is gone')),
      'untrusted',
    ],
    [
      'pull_request_target, a fork, its head wished',
      event('pull_request_target', pullRequestPayload('a fork')),
      'untrusted',
      MAIN,
      HEAD,
    ],
    [
      'pull_request_target, a fork, some commit wished',
      event('pull_request_target', pullRequestPayload('a fork')),
      'untrusted',
      MAIN,
      sha('c'),
    ],
    [
      'pull_request_target, a fork, our commit wished',
      event('pull_request_target', pullRequestPayload('a fork')),
      'trusted',
      MAIN,
      OWN,
    ],
    ['a workflow run of this repository', event('workflow_run', workflowRunPayload('here')), 'trusted'],
    ['a workflow run of a fork', event('workflow_run', workflowRunPayload('a fork')), 'untrusted'],
    [
      'a workflow run of a fork that is gone',
      event('workflow_run', workflowRunPayload('a fork that is gone')),
      'untrusted',
    ],
    [
      'a workflow run of a fork with a branch called main',
      event('workflow_run', workflowRunPayload('a fork', { event: 'push', head_branch: 'main' })),
      'untrusted',
    ],
    [
      'a workflow run of a fork, our commit wished',
      event('workflow_run', workflowRunPayload('a fork')),
      'trusted',
      MAIN,
      OWN,
    ],
    ['a comment, the head wished', event('issue_comment', commentPayload('a pull request')), 'untrusted', MAIN, HEAD],
    ['a comment, our commit wished', event('issue_comment', commentPayload('a pull request')), 'trusted', MAIN, OWN],
    ['a comment on an issue', event('issue_comment', commentPayload('an issue')), 'trusted'],
    ...(['check_run', 'check_suite', 'status'] as const).flatMap((name): readonly Row[] => [
      [`a ${name}: the default branch`, event(name, checkPayload(name, 'a fork')), 'trusted'],
      [`a ${name} of our branch, its head wished`, event(name, checkPayload(name, 'here')), 'trusted', MAIN, HEAD],
      [`a ${name} of a fork, its head wished`, event(name, checkPayload(name, 'a fork')), 'untrusted', MAIN, HEAD],
      [`a ${name} that tells nothing, its head wished`, event(name, {}), 'untrusted', MAIN, HEAD],
    ]),
  ];
  for (const [says, given, expected, around = MAIN, wished] of TABLE) {
    test(`${says}: ${expected}`, () => {
      const { trust, whyNot } = factsOf(given, around, wished);
      assert.equal(trust, expected);
      assert.equal(whyNot === undefined, expected === 'trusted');
    });
  }

  test('it is said why not', () => {
    assert.deepEqual(
      [
        factsOf(event('pull_request', pullRequestPayload('a fork'))).whyNot,
        factsOf(event('pull_request', pullRequestPayload('here')), bot(MERGE.ref)).whyNot,
        factsOf(event('pull_request_target', pullRequestPayload('a fork'))).whyNot,
        factsOf(event('workflow_run', workflowRunPayload('a fork'))).whyNot,
      ],
      [
        'the pull request comes from a fork, so this run has no secrets and must not push or deploy',
        "the pull request is Dependabot's, so this run has no secrets and must not push or deploy",
        'the pull request comes from a fork',
        'the workflow run is of a fork',
      ],
    );
  });

  test('a restriction is known before any input is read', () => {
    assert.match(restrictionOf(event('pull_request', pullRequestPayload('a fork')), MERGE) ?? '', /fork/);
    assert.equal(restrictionOf(event('pull_request', pullRequestPayload('here')), MERGE), undefined);
    assert.equal(restrictionOf(event('pull_request_target', pullRequestPayload('a fork')), MAIN), undefined);
  });

  test('where an event is about strangers, our own commit has to be in the workspace', () => {
    assert.deepEqual(
      [
        factsOf(event('pull_request_target', pullRequestPayload('a fork')), MAIN, OWN).isStrangers,
        factsOf(event('workflow_run', workflowRunPayload('a fork')), MAIN, OWN).isStrangers,
        factsOf(event('pull_request_target', pullRequestPayload('here'))).isStrangers,
        factsOf(event('push', pushPayload())).isStrangers,
      ],
      [true, true, false, false],
    );
  });
});

test('what deploys nothing needs no commit: GITHUB_SHA stands for it', () => {
  const given = event('push', pushPayload({ deleted: true, after: NOTHING }));
  assert.throws(() => factsOf(given), { code: 'commit-unknown' });
  assert.equal(resolveAnyEvent(undefined, given, MAIN).sha, OWN);
  const comment = resolveAnyEvent(undefined, event('issue_comment', commentPayload('a pull request')), MAIN);
  assert.deepEqual([comment.sha, comment.pullRequest?.number, comment.trust], [OWN, 7, 'trusted']);
  assert.equal(resolveAnyEvent(undefined, event('pull_request', pullRequestPayload('here')), MERGE).sha, HEAD);
});
