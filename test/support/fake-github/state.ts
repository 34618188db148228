import type { JsonObject } from '../../../src/values/json.ts';
import type { Permissions } from './routes.ts';

/** Who speaks. `job`: the GITHUB_TOKEN of a job; `app`: an installation of a GitHub App; `user`: a personal access token. */
export type Account = { readonly login: string; readonly kind: 'job' | 'app' | 'user' };

export const JOB: Account = { login: 'github-actions[bot]', kind: 'job' };

export type Token = Account & {
  readonly permissions: Permissions;
  /** Lower-case names of the repositories that it may see; undefined: all. */
  readonly repositories: readonly string[] | undefined;
};

export type PullRequest = {
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly isMerged: boolean;
  readonly isLocked: boolean;
  readonly isDraft: boolean;
  readonly author: string;
  readonly labels: readonly string[];
  /** `repository`: "org/app", that of a fork, or undefined when the fork is gone. */
  readonly head: { readonly ref: string; readonly sha: string; readonly repository: string | undefined };
  readonly base: string;
};

export type Comment = {
  readonly id: number;
  readonly pullRequest: number;
  readonly author: Account;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type DeploymentState = 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success';

export type DeploymentStatus = {
  readonly id: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly author: Account;
  readonly createdAt: string;
};

export type Deployment = {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly isTransient: boolean;
  readonly isProduction: boolean;
  readonly author: Account;
  readonly createdAt: string;
  /** Oldest first. */
  readonly statuses: readonly DeploymentStatus[];
};

/** The state of the newest status; a deployment without one is pending. */
export function stateOf(deployment: Deployment): DeploymentState {
  return deployment.statuses.at(-1)?.state ?? 'pending';
}

export type Release = {
  readonly id: number;
  readonly tag: string;
  readonly target: string;
  readonly name: string;
  readonly body: string;
  readonly isDraft: boolean;
  readonly isPrerelease: boolean;
  readonly author: Account;
};

export type Repository = {
  readonly id: number;
  readonly fullName: string;
  readonly isPublic: boolean;
  readonly defaultBranch: string;
  /** Every full SHA is a commit of it, for tests whose commits are made up. */
  readonly hasEveryCommit: boolean;
  /** Commits, and the parents of each. */
  readonly commits: Map<string, readonly string[]>;
  /** "refs/heads/main" and "refs/tags/v1", and the commit of each. */
  readonly refs: Map<string, string>;
  /** What was said about a commit: the state of each context. */
  readonly checks: Map<string, Map<string, string>>;
  readonly pullRequests: Map<number, PullRequest>;
  readonly comments: Map<number, Comment>;
  readonly deployments: Map<number, Deployment>;
  readonly releases: Map<number, Release>;
  /** Runs and artifacts as the API shows them. */
  readonly runs: Map<number, JsonObject>;
  readonly artifacts: Map<number, JsonObject & { readonly runId: number }>;
  readonly environments: Set<string>;
};

/** The commit that a branch, a tag, a whole reference or a SHA stands for. */
export function commitOf(repository: Repository, ref: string): string | undefined {
  const named = [ref, `refs/heads/${ref}`, `refs/tags/${ref}`].map((name) => repository.refs.get(name));
  const isKnown = repository.commits.has(ref) || (repository.hasEveryCommit && /^[0-9a-f]{40}$/.test(ref));
  return named.find((sha) => sha !== undefined) ?? (isKnown ? ref : undefined);
}

/** A request as a handler sees it: it is allowed, and as described. */
export type Ask = {
  readonly repository: Repository;
  readonly token: Token;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** The address of the fake, without a slash at the end. */
  readonly url: string;
  nextId(): number;
  now(): string;
};
