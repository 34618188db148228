import { DeployError } from '../errors.ts';
import type { GitHubPorts } from '../github/ask.ts';
import { readPullRequest, readRepository } from '../github/pull-requests.ts';
import { inParallel } from '../kube/parallel.ts';
import type { SweepPlan } from '../plan/preview-slices.ts';
import type { PullRequestState } from './decide.ts';

const PARALLEL_QUESTIONS = 4;

/** Each question without an answer has waited for long already. */
const ENOUGH_UNKNOWN = 3;

/** Throws `github-unavailable` when GitHub does not answer, or speaks of another repository, whose pull requests say nothing about ours. */
export async function assertSameRepository(
  { access, repository, repositoryId }: Pick<SweepPlan, 'access' | 'repository' | 'repositoryId'>,
  ports: GitHubPorts,
): Promise<void> {
  const answer = await readRepository(access, ports);
  if (answer.kind === 'unknown') {
    throw new DeployError(
      'github-unavailable',
      `Nothing is removed: GitHub could not be asked about ${repository}: ${answer.why}`,
      { hint: 'Run it again, and see that github-token may read the repository.' },
    );
  }
  if (answer.id !== repositoryId) {
    throw new DeployError(
      'github-unavailable',
      `Nothing is removed: ${repository} is repository ${answer.id} on GitHub, and this run is of repository ${repositoryId}`,
      { hint: 'See that github-token and GITHUB_API_URL are of the GitHub that the workflow runs on.' },
    );
  }
}

/** Asks about each pull request once. Once it is clear that GitHub is in trouble, the rest is not asked for. */
export async function readPullRequests(
  numbers: readonly number[],
  { access }: Pick<SweepPlan, 'access'>,
  ports: GitHubPorts,
): Promise<ReadonlyMap<number, PullRequestState>> {
  let unknown = 0;
  const states = await inParallel([...new Set(numbers)], PARALLEL_QUESTIONS, async (number) => {
    if (unknown >= ENOUGH_UNKNOWN) {
      return [number, { kind: 'unknown', why: 'GitHub was not asked any more' }] as const;
    }
    const state = await readPullRequest(access, number, ports);
    unknown += state.kind === 'unknown' ? 1 : 0;
    return [number, state] as const;
  });
  return new Map<number, PullRequestState>(states);
}
