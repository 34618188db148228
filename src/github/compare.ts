import type { GitHubAccess } from '../values/github.ts';
import { textAt } from '../values/json.ts';
import { askGitHub, describeTrouble, type GitHubPorts, type GitHubResult, type Patience, type Trouble } from './ask.ts';

/** A deploy waits for this answer, and goes on without it. */
const IMPATIENT: Patience = { pausesSeconds: [1, 3], longestWaitSeconds: 10, timeoutSeconds: 8 };

/** What GitHub knows of two commits, or why it does not tell. */
export type Comparison =
  { readonly kind: 'known'; readonly isAncestor: boolean } | { readonly kind: 'unknown'; readonly why: string };

/**
 * Asks GitHub whether `older` is an ancestor of `newer`: only then is `newer` "ahead" of it (REST API, Compare two commits). The second
 * page of one commit each has the status too, but no files, which would make an answer of megabytes.
 */
export async function compareOnGitHub(
  older: string,
  newer: string,
  access: GitHubAccess,
  ports: GitHubPorts,
): Promise<Comparison> {
  const result = await compare(older, newer, access, ports);
  return result.kind === 'ok' ? readComparison(result.body) : { kind: 'unknown', why: whyOf(result) };
}

/** Whether a branch or a tag is at a commit now. False too when GitHub does not tell. */
export async function isAt(ref: string, sha: string, access: GitHubAccess, ports: GitHubPorts): Promise<boolean> {
  const result = await compare(sha, ref, access, ports);
  return result.kind === 'ok' && textAt(result.body, 'status') === 'identical';
}

async function compare(base: string, head: string, access: GitHubAccess, ports: GitHubPorts): Promise<GitHubResult> {
  const route = 'GET /repos/{owner}/{repo}/compare/{base}...{head}';
  return askGitHub(access, route, { base, head, per_page: 1, page: 2 }, ports, IMPATIENT);
}

function readComparison(body: unknown): Comparison {
  const status = textAt(body, 'status');
  return status === 'ahead' || status === 'identical' || status === 'behind' || status === 'diverged'
    ? { kind: 'known', isAncestor: status === 'ahead' }
    : { kind: 'unknown', why: 'GitHub answered with something that is no comparison' };
}

function whyOf(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'missing':
      return 'GitHub does not have both commits, or the token may not read the repository (contents: read)';
    case 'refused':
      return `GitHub refused the token, or answers no more questions for now (${trouble.status})`;
    case 'invalid':
    case 'unavailable':
      return describeTrouble(trouble);
  }
}
