import type { StepOptions } from '../../test/support/runner.ts';
import { REPOSITORY, type Stage } from './stage.ts';

export type PullRequestWish = {
  readonly number: number;
  readonly title: string;
  readonly sha: string;
  readonly isFork?: boolean;
};

/** Opens it on GitHub, and returns the event that GitHub sends. */
export function openPullRequest(
  { github }: Stage,
  { number, title, sha, isFork = false }: PullRequestWish,
): NonNullable<StepOptions['event']> {
  const ref = `topic-${number}`;
  const head = isFork ? 'stranger/bookshop' : REPOSITORY;
  github.openPullRequest({ number, title, head: { ref, sha, repository: head } });
  const repository = { id: github.id, name: 'bookshop', full_name: REPOSITORY, fork: false, default_branch: 'main' };
  const other = { id: 815, name: 'bookshop', full_name: head, fork: true };
  return {
    name: 'pull_request',
    payload: {
      action: 'opened',
      number,
      repository,
      sender: { login: 'octocat', type: 'User' },
      pull_request: {
        number,
        title,
        state: 'open',
        merged: false,
        user: { login: 'octocat' },
        head: { ref, sha, repo: isFork ? other : repository },
        base: { ref: 'main', repo: repository },
      },
    },
  };
}

/** The one comment that the action keeps there. */
export function commentOn({ github }: Stage, number: number): string {
  const [comment, ...others] = github.comments(number);
  if (comment === undefined || others.length > 0) {
    throw new Error(`there are ${others.length + (comment === undefined ? 0 : 1)} comments on pull request ${number}`);
  }
  return comment.body;
}
