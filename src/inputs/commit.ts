import { DeployError } from '../errors.ts';
import { textAt } from '../values/json.ts';

/** What the runner says about the event that started the job. */
export type RunEvent = {
  readonly name: string;
  readonly payload: unknown;
  /** GITHUB_SHA: for a pull request it is the merge commit, which nobody has pushed. */
  readonly sha: string;
};

/** The commit that is deployed: what the input says, the head of the pull request or of the workflow_run, else GITHUB_SHA. */
export function resolveCommit(wished: string | undefined, event: RunEvent): string {
  const found = wished ?? headOf(event) ?? event.sha;
  if (!/^[0-9a-f]{40}$/.test(found)) {
    throw new DeployError('commit-unknown', `The commit to deploy is not known: "${found}" is not a full SHA`, {
      hint: 'Give it with the input sha.',
    });
  }
  return found;
}

/**
 * The commits that may be checked out where this one is deployed: itself, and the merge commit that the runner checks out for a pull request.
 * The other events have GITHUB_SHA of another branch, which is something else.
 */
export function commitsOfCheckout(sha: string, event: RunEvent): readonly string[] {
  const isMerged = event.name === 'pull_request' || event.name === 'pull_request_review';
  return isMerged && sha === headOf(event) ? [sha, event.sha] : [sha];
}

function headOf(event: RunEvent): string | undefined {
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review':
      return textAt(event.payload, 'pull_request', 'head', 'sha');
    case 'workflow_run':
      return textAt(event.payload, 'workflow_run', 'head_sha');
    default:
      return undefined;
  }
}
