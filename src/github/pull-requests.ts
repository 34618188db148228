import type { GitHubAccess } from '../values/github.ts';
import { numberAt, objectsAt, textAt, valueAt } from '../values/json.ts';
import { askGitHub, describeTrouble, type GitHubPorts } from './ask.ts';

/** A pull request as it is now. `head` is the commit at its top. */
export type PullRequest =
  | { readonly kind: 'open' | 'closed'; readonly labels: readonly string[]; readonly head: string }
  /** There is none of this number, and GitHub would show it if there were. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown'; readonly why: string };

const PULLS = 'GET /repos/{owner}/{repo}/pulls';

/**
 * Whether a pull request is open, and what it is labelled with. Namespaces are removed by this answer: whatever is no clear one is `unknown`.
 * GitHub answers 404 for what a token may not see, so `missing` is told only when the list of pull requests can be read.
 */
export async function readPullRequest(access: GitHubAccess, number: number, ports: GitHubPorts): Promise<PullRequest> {
  const result = await askGitHub(access, `${PULLS}/{pull_number}`, { pull_number: number }, ports);
  if (result.kind === 'missing') {
    const list = await askGitHub(access, PULLS, { state: 'all', per_page: 1 }, ports);
    if (list.kind === 'ok' && Array.isArray(list.body)) {
      return { kind: 'missing' };
    }
    return { kind: 'unknown', why: describeTrouble(list.kind === 'ok' ? result : list) };
  }
  if (result.kind !== 'ok') {
    return { kind: 'unknown', why: describeTrouble(result) };
  }
  const { body } = result;
  const [state, head] = [textAt(body, 'state'), textAt(body, 'head', 'sha')];
  const isWhole = numberAt(body, 'number') === number && Array.isArray(valueAt(body, 'labels')) && head !== undefined;
  if (!isWhole || (state !== 'open' && state !== 'closed')) {
    return { kind: 'unknown', why: 'GitHub answered with something that is no pull request' };
  }
  const labels = objectsAt(body, 'labels').flatMap((label) => textAt(label, 'name') ?? []);
  return { kind: state, labels, head };
}

/** The number of the repository, which outlives a new name. */
export async function readRepository(
  access: GitHubAccess,
  ports: GitHubPorts,
): Promise<{ readonly kind: 'known'; readonly id: string } | { readonly kind: 'unknown'; readonly why: string }> {
  const result = await askGitHub(access, 'GET /repos/{owner}/{repo}', {}, ports);
  if (result.kind !== 'ok') {
    return { kind: 'unknown', why: describeTrouble(result) };
  }
  const id = numberAt(result.body, 'id');
  return id === undefined
    ? { kind: 'unknown', why: 'GitHub answered with something that is no repository' }
    : { kind: 'known', id: String(id) };
}
