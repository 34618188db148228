import type { RunEvent } from '../../src/inputs/commit.ts';

/** Payloads as GitHub sends them, cut to what an action may look at. */

export const sha = (digit: string): string => digit.repeat(40);
/** GITHUB_SHA. */
export const OWN = sha('a');
/** The head of a pull request, of a workflow run. */
export const HEAD = sha('b');
export const NOTHING = sha('0');

export const BASE_REPOSITORY = { id: 4711, name: 'app', full_name: 'org/app', fork: false, default_branch: 'main' };
export const FORK = { id: 815, name: 'app', full_name: 'stranger/app', fork: true };

type Payload = Readonly<Record<string, unknown>>;

export const event = (name: string, payload: Payload, githubSha = OWN): RunEvent => ({
  name,
  payload: { repository: BASE_REPOSITORY, sender: { login: 'octocat', type: 'User' }, ...payload },
  sha: githubSha,
});

export const pushPayload = (more: Payload = {}): Payload => ({
  ref: 'refs/heads/main',
  before: sha('9'),
  after: OWN,
  created: false,
  deleted: false,
  forced: false,
  base_ref: null,
  head_commit: { id: OWN, message: 'Sell more', timestamp: '2026-11-01T10:00:00+01:00' },
  commits: [],
  ...more,
});

/** A pull request from a branch of this repository, from a fork, or from one that was deleted. */
export const pullRequestPayload = (from: 'here' | 'a fork' | 'a fork that is gone', more: Payload = {}): Payload => ({
  action: 'synchronize',
  number: 7,
  pull_request: {
    number: 7,
    state: 'open',
    title: 'Sell `more` <b>',
    draft: false,
    merged: false,
    merge_commit_sha: sha('e'),
    user: { login: 'octocat' },
    head: {
      label: 'org:more',
      ref: 'more',
      sha: HEAD,
      repo: from === 'here' ? BASE_REPOSITORY : from === 'a fork' ? FORK : null,
    },
    base: { label: 'org:main', ref: 'main', sha: sha('c'), repo: BASE_REPOSITORY },
    ...more,
  },
});

export const workflowRunPayload = (from: 'here' | 'a fork' | 'a fork that is gone', more: Payload = {}): Payload => ({
  action: 'completed',
  workflow_run: {
    id: 99,
    name: 'CI',
    event: 'pull_request',
    status: 'completed',
    conclusion: 'success',
    head_branch: 'more',
    head_sha: HEAD,
    head_repository: from === 'here' ? BASE_REPOSITORY : from === 'a fork' ? FORK : null,
    repository: BASE_REPOSITORY,
    // GitHub leaves those of forks out.
    pull_requests: from === 'here' ? [listedPullRequest(7, HEAD)] : [],
    ...more,
  },
});

export const listedPullRequest = (number: number, head: string, base = BASE_REPOSITORY.id): Payload => ({
  id: 1000 + number,
  number,
  head: { ref: 'more', sha: head, repo: { id: BASE_REPOSITORY.id, name: 'app' } },
  base: { ref: 'main', sha: sha('c'), repo: { id: base, name: 'app' } },
});

export const commentPayload = (on: 'an issue' | 'a pull request', more: Payload = {}): Payload => ({
  action: 'created',
  issue: {
    number: 7,
    title: 'Sell more',
    state: 'open',
    ...(on === 'an issue' ? {} : { pull_request: { url: 'https://api.github.com/repos/org/app/pulls/7' } }),
    ...more,
  },
  comment: { id: 5, body: '/deploy', author_association: 'NONE', user: { login: 'stranger' } },
});

/** What a check or a commit status says of its commit, which was pushed to this repository or to a fork. */
export const checkPayload = (of: 'check_run' | 'check_suite' | 'status', where: 'here' | 'a fork'): Payload => {
  const head_branch = where === 'here' ? 'feature' : null;
  const suite = { head_branch, head_sha: HEAD, pull_requests: [] };
  const payloads: Readonly<Record<typeof of, Payload>> = {
    check_run: { check_run: { name: 'tests', head_sha: HEAD, check_suite: suite } },
    check_suite: { check_suite: suite },
    status: { sha: HEAD, state: 'success', branches: where === 'here' ? [{ name: 'feature' }] : [] },
  };
  return payloads[of];
};

export const mergeGroupPayload = (): Payload => ({
  action: 'checks_requested',
  merge_group: {
    head_sha: OWN,
    head_ref: `refs/heads/gh-readonly-queue/main/pr-7-${sha('c')}`,
    base_sha: sha('c'),
    base_ref: 'refs/heads/main',
    head_commit: { id: OWN, message: 'Merge pull request #7' },
  },
});

export const releasePayload = (more: Payload = {}): Payload => ({
  action: 'published',
  release: { id: 3, tag_name: 'v1.2.3', target_commitish: 'main', draft: false, prerelease: false, ...more },
});

export const deploymentPayload = (ref: string, more: Payload = {}): Payload => ({
  deployment: { id: 8, sha: OWN, ref, task: 'deploy', environment: 'production', payload: {}, ...more },
});
