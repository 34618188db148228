import type { Answer } from './answers.ts';
import * as comments from './handlers/comments.ts';
import * as statuses from './handlers/deployment-statuses.ts';
import * as deployments from './handlers/deployments.ts';
import * as people from './handlers/people.ts';
import * as pullRequests from './handlers/pull-requests.ts';
import * as refs from './handlers/refs.ts';
import * as releases from './handlers/releases.ts';
import * as repositories from './handlers/repositories.ts';
import * as runs from './handlers/runs.ts';
import type { Route } from './routes.ts';
import type { Ask } from './state.ts';

/** What happens on each route, once it is clear who asks, that he may, and that the request is as described. */
export const HANDLERS: Readonly<Record<Route, (ask: Ask) => Answer>> = {
  'GET /user': people.getUser,
  'GET /rate_limit': people.getRateLimit,
  'GET /repos/{owner}/{repo}': repositories.getRepository,
  'GET /repos/{owner}/{repo}/compare/{basehead}': repositories.compareCommits,
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': pullRequests.listPullRequestsOfCommit,
  'GET /repos/{owner}/{repo}/pulls': pullRequests.listPullRequests,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': pullRequests.getPullRequest,
  'GET /repos/{owner}/{repo}/issues/{issue_number}': pullRequests.getIssue,
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': pullRequests.listLabels,
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': comments.listComments,
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': comments.createComment,
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': comments.getComment,
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': comments.updateComment,
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': comments.deleteComment,
  'GET /repos/{owner}/{repo}/deployments': deployments.listDeployments,
  'POST /repos/{owner}/{repo}/deployments': deployments.createDeployment,
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}': deployments.getDeployment,
  'DELETE /repos/{owner}/{repo}/deployments/{deployment_id}': deployments.deleteDeployment,
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': statuses.listStatuses,
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': statuses.createStatus,
  'GET /repos/{owner}/{repo}/environments': runs.listEnvironments,
  'GET /repos/{owner}/{repo}/environments/{environment_name}': runs.getEnvironment,
  'DELETE /repos/{owner}/{repo}/environments/{environment_name}': runs.deleteEnvironment,
  'GET /repos/{owner}/{repo}/actions/artifacts': runs.listArtifacts,
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}': runs.getRun,
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts': runs.listArtifactsOfRun,
  'GET /repos/{owner}/{repo}/releases': releases.listReleases,
  'POST /repos/{owner}/{repo}/releases': releases.createRelease,
  'GET /repos/{owner}/{repo}/releases/latest': releases.getLatestRelease,
  'GET /repos/{owner}/{repo}/releases/tags/{tag}': releases.getReleaseByTag,
  'GET /repos/{owner}/{repo}/releases/{release_id}': releases.getRelease,
  'PATCH /repos/{owner}/{repo}/releases/{release_id}': releases.updateRelease,
  'DELETE /repos/{owner}/{repo}/releases/{release_id}': releases.deleteRelease,
  'GET /repos/{owner}/{repo}/git/ref/{ref}': refs.getRef,
  'POST /repos/{owner}/{repo}/git/refs': refs.createRef,
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': refs.updateRef,
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': refs.deleteRef,
};
