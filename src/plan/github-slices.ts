import type { GitHubAccess } from '../values/github.ts';

/** What GitHub is told beside the log and the summary. All of it is best effort: none of it can fail a deploy. */
export type GitHubPlan = {
  /** Undefined without a token, or where the repository is not known. */
  readonly access: GitHubAccess | undefined;
  /** Undefined: no deployment is made. */
  readonly deployment: DeploymentPlan | undefined;
  /** The environment of previews, for those that are removed; undefined: their deployments are left alone. */
  readonly previewEnvironment: string | undefined;
  /** Whether the comments on the pull requests of previews that a sweep removes are told so. */
  readonly hasPreviewComments: boolean;
  /** Undefined: nothing is written on a pull request. */
  readonly comment: CommentPlan | undefined;
};

/** One deployment of GitHub, and its statuses. */
export type DeploymentPlan = {
  /** `auto`: none is made when the job has one of its own, through its `environment`. */
  readonly mode: 'auto' | 'on';
  readonly environment: string;
  /** "deploy:shop": which deployments of the environment are of the same thing, and so replaced by this one. */
  readonly task: string;
  readonly sha: string;
  /** What the deployment is made of: the branch or tag when it is at the commit, else the commit. */
  readonly ref: string;
  /** Of an environment that goes away, such as a preview. */
  readonly isTransient: boolean;
  readonly isProduction: boolean;
  /** The address that is shown when none is found in the cluster. */
  readonly url: string | undefined;
  /** The run; empty when it is not known. */
  readonly logUrl: string;
  readonly runId: string;
  readonly payload: Readonly<Record<string, string>>;
};

/** The one comment of a pull request that is kept up to date. */
export type CommentPlan = {
  readonly pullRequest: number;
  /** Tells our comments on one pull request apart: "preview shop", "plan prod shop". One line, no "-->". */
  readonly key: string;
  /** What must not be readable in what a plan shows: values that `vars` has from the environment of the step. */
  readonly concealed: readonly string[];
};
