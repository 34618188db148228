import { DeployError } from '../errors.ts';
import { textAt, valueAt } from '../values/json.ts';

/** What the runner says about the event that started the job. */
export type RunEvent = {
  readonly name: string;
  readonly payload: unknown;
  /** GITHUB_SHA: for a pull request it is the merge commit, which nobody has pushed. */
  readonly sha: string;
};

/** Events whose GITHUB_SHA is the merge commit of a pull request. */
const EVENTS_OF_MERGES: readonly string[] = ['pull_request', 'pull_request_review', 'pull_request_review_comment'];

const NO_COMMIT = '0'.repeat(40);

/** An event that says of no commit that it is the one. */
type Silence = { readonly why: string; readonly hint: string };

/**
 * The commit that is deployed: what the input says, else what the event is about: the head of the pull request or of the workflow_run, the commit of
 * the deployment or of the merge group, else GITHUB_SHA. Throws `commit-unknown` for an event that is about none.
 */
export function resolveCommit(wished: string | undefined, event: RunEvent): string {
  const found = wished === undefined ? commitOf(event) : meantBy(wished, event);
  if (typeof found !== 'string') {
    throw new DeployError('commit-unknown', `The commit to deploy is not known: ${found.why}`, { hint: found.hint });
  }
  if (!/^[0-9a-f]{40}$/.test(found) || found === NO_COMMIT) {
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
  return EVENTS_OF_MERGES.includes(event.name) && sha === headOfPullRequest(event) ? [sha, event.sha] : [sha];
}

/** The push of an annotated tag names the tag object first (`after`), which is no commit. */
function meantBy(wished: string, { name, payload, sha }: RunEvent): string {
  const isTagObject =
    name === 'push' && wished === textAt(payload, 'after') && textAt(payload, 'ref')?.startsWith('refs/tags/') === true;
  return isTagObject && sha !== '' ? sha : wished;
}

function commitOf(event: RunEvent): string | Silence {
  const { name, payload, sha } = event;
  switch (name) {
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return isMerge(event) ? sha : (headOfPullRequest(event) ?? sha);
    case 'workflow_run':
      return textAt(payload, 'workflow_run', 'head_sha') ?? sha;
    case 'merge_group':
      return textAt(payload, 'merge_group', 'head_sha') ?? sha;
    case 'deployment':
    case 'deployment_status':
      return textAt(payload, 'deployment', 'sha') ?? sha;
    case 'push':
      return isDeleted(payload) ? deleted(textAt(payload, 'ref') ?? 'a ref') : sha;
    case 'release':
      return valueAt(payload, 'release', 'draft') === true ? draft(textAt(payload, 'release', 'tag_name') ?? '') : sha;
    case 'issue_comment':
      return valueAt(payload, 'issue', 'pull_request') === undefined ? sha : OF_COMMENT;
    default:
      return sha;
  }
}

function headOfPullRequest({ payload }: RunEvent): string | undefined {
  return textAt(payload, 'pull_request', 'head', 'sha');
}

/** A pull request that is merged: GITHUB_SHA is then what came into the base branch, also where its commits were squashed. */
function isMerge({ payload, sha }: RunEvent): boolean {
  return (
    valueAt(payload, 'pull_request', 'merged') === true && textAt(payload, 'pull_request', 'merge_commit_sha') === sha
  );
}

/** GITHUB_SHA is then that of the default branch, which nobody has asked for. */
function isDeleted(payload: unknown): boolean {
  return valueAt(payload, 'deleted') === true || textAt(payload, 'after') === NO_COMMIT;
}

function deleted(ref: string): Silence {
  return {
    why: `this push deleted ${ref}`,
    hint: 'Leave such pushes out with "if: ${{ !github.event.deleted }}", or name a commit with the input sha.',
  };
}

function draft(tag: string): Silence {
  return {
    why: `the release ${tag} is a draft, and its tag may not be there yet`,
    hint: 'Deploy releases with "types: [published]", or name a commit with the input sha.',
  };
}

const OF_COMMENT: Silence = {
  why: 'a comment on a pull request does not say which commit is meant, nor whose it is',
  hint: 'Deploy pull requests on pull_request, or their branches on workflow_dispatch. The default branch is deployed with the input sha: ${{ github.sha }}.',
};
