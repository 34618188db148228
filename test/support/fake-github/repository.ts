import type { JsonObject } from '../../../src/values/json.ts';
import {
  JOB,
  stateOf,
  type Account,
  type Comment,
  type Deployment,
  type DeploymentState,
  type PullRequest,
  type Release,
  type Repository,
} from './state.ts';

export type RepositoryWish = Partial<Pick<Repository, 'id' | 'isPublic' | 'defaultBranch' | 'hasEveryCommit'>>;

export type PullRequestWish = Partial<Omit<PullRequest, 'head'>> & { readonly head?: Partial<PullRequest['head']> };

/** A deployment that GitHub itself made, because a job says `environment`. */
export type JobDeploymentWish = {
  readonly environment: string;
  readonly sha: string;
  readonly ref?: string;
  readonly runId: number;
  readonly state?: DeploymentState;
};

/** A repository in the hands of a test: what others do there, and what is there now. */
export type FakeRepository = {
  readonly id: number;
  readonly fullName: string;
  /** From now on it has these commits: the parents of each. */
  push(parents: ReadonlyMap<string, readonly string[]>): void;
  /** Sets "refs/heads/main" or "refs/tags/v1" to a commit, which it then has. */
  setRef(ref: string, sha: string): void;
  /** What a check tells about a commit: "success", "pending", "failure". */
  setCheck(sha: string, context: string, state: string): void;
  openPullRequest(wish?: PullRequestWish): PullRequest;
  changePullRequest(number: number, change: Partial<PullRequest>): PullRequest;
  pullRequests(): readonly PullRequest[];
  /** Somebody else writes. */
  addComment(pullRequest: number, author: Account, body: string): Comment;
  /** Oldest first. */
  comments(pullRequest: number): readonly Comment[];
  addJobDeployment(wish: JobDeploymentWish): Deployment;
  /** Oldest first; `state` is that of the newest status. */
  deployments(): readonly (Deployment & { readonly state: DeploymentState })[];
  addRun(id: number, fields?: JsonObject): void;
  addArtifact(runId: number, name: string, fields?: JsonObject): void;
  releases(): readonly Release[];
  /** "refs/tags/v1" → its commit. */
  refs(): ReadonlyMap<string, string>;
};

type Clock = { nextId(): number; now(): string };

export function newRepository(fullName: string, wish: RepositoryWish, clock: Clock): Repository {
  return {
    id: wish.id ?? clock.nextId(),
    fullName,
    isPublic: wish.isPublic ?? false,
    defaultBranch: wish.defaultBranch ?? 'main',
    hasEveryCommit: wish.hasEveryCommit ?? false,
    commits: new Map(),
    refs: new Map(),
    checks: new Map(),
    pullRequests: new Map(),
    comments: new Map(),
    deployments: new Map(),
    releases: new Map(),
    runs: new Map(),
    artifacts: new Map(),
    environments: new Set(),
  };
}

export function inHandsOfATest(repository: Repository, clock: Clock): FakeRepository {
  const { fullName, commits, refs, checks, pullRequests, comments, deployments, runs, artifacts } = repository;
  const keep = (pullRequest: PullRequest): PullRequest => {
    pullRequests.set(pullRequest.number, pullRequest);
    return pullRequest;
  };
  return {
    id: repository.id,
    fullName,
    push: (parents) => parents.forEach((ofCommit, commit) => commits.set(commit, ofCommit)),
    setRef: (ref, sha) => {
      commits.set(sha, commits.get(sha) ?? []);
      refs.set(ref, sha);
    },
    setCheck: (sha, context, state) => {
      checks.set(sha, new Map([...(checks.get(sha) ?? []), [context, state]]));
    },
    openPullRequest: (wish = {}) => {
      const number = wish.number ?? Math.max(0, ...pullRequests.keys()) + 1;
      const { head = {}, ...rest } = wish;
      const { ref = `topic-${number}`, sha = sha40(number) } = head;
      // Undefined is a wish, too: the fork is gone.
      const of = 'repository' in head ? head.repository : fullName;
      if (of === fullName) {
        commits.set(sha, commits.get(sha) ?? []);
        refs.set(`refs/heads/${ref}`, sha);
      }
      const {
        title = `Pull request ${number}`,
        author = 'octocat',
        labels = [],
        base = repository.defaultBranch,
      } = rest;
      const flags = { state: 'open', isMerged: false, isLocked: false, isDraft: false } as const;
      return keep({ ...flags, ...rest, number, title, author, labels, base, head: { ref, sha, repository: of } });
    },
    changePullRequest: (number, change) => {
      const found = pullRequests.get(number);
      if (found === undefined) {
        throw new Error(`${fullName} has no pull request ${number}`);
      }
      return keep({ ...found, ...change });
    },
    pullRequests: () => [...pullRequests.values()],
    addComment: (pullRequest, author, body) => {
      const at = clock.now();
      const comment = { id: clock.nextId(), pullRequest, author, body, createdAt: at, updatedAt: at };
      comments.set(comment.id, comment);
      return comment;
    },
    comments: (number) => [...comments.values()].filter(({ pullRequest }) => pullRequest === number),
    addJobDeployment: (wish) => {
      const deployment = jobDeployment(wish, fullName, clock);
      deployments.set(deployment.id, deployment);
      repository.environments.add(wish.environment);
      return deployment;
    },
    deployments: () => [...deployments.values()].map((one) => ({ ...one, state: stateOf(one) })),
    addRun: (id, fields = {}) => {
      runs.set(id, { id, status: 'in_progress', ...fields });
    },
    addArtifact: (runId, name, fields = {}) => {
      const id = clock.nextId();
      artifacts.set(id, { id, name, runId, ...fields });
    },
    releases: () => [...repository.releases.values()],
    refs: () => new Map(refs),
  };
}

function jobDeployment(wish: JobDeploymentWish, fullName: string, clock: Clock): Deployment {
  const { environment, sha, ref = 'main', runId, state = 'in_progress' } = wish;
  const [id, statusId, jobId, createdAt] = [clock.nextId(), clock.nextId(), clock.nextId(), clock.now()];
  const logUrl = `https://github.com/${fullName}/actions/runs/${runId}/job/${jobId}`;
  const told = { state, description: '', environment, environmentUrl: '', logUrl };
  return {
    id,
    sha,
    ref,
    task: 'deploy',
    environment,
    description: null,
    payload: {},
    isTransient: false,
    isProduction: false,
    author: JOB,
    createdAt,
    statuses: [{ id: statusId, ...told, author: JOB, createdAt }],
  };
}

/** A commit that nobody made: 40 digits that tell the number. */
function sha40(number: number): string {
  return number.toString(16).padStart(40, 'c0');
}
