import type { GitHubAccess } from '../values/github.ts';
import { textAt } from '../values/json.ts';
import { askGitHub, type GitHubPorts, type Trouble } from './ask.ts';

/** The login that is the author of what the token writes: "octocat", "my-app[bot]". */
export type Speaker = { readonly kind: 'known'; readonly login: string } | Trouble;

/** Who writes with the token that a job gets. */
const JOB_LOGIN = 'github-actions[bot]';

/**
 * Asks GitHub who the token speaks as. By its letters nobody can tell: the token of a job and the token of any other app begin alike, and
 * GET /user refuses both. The viewer of the GraphQL API is known for all kinds of tokens; GET /user is for places that let only the REST API
 * through, and where that refuses too, an installation is left, which in a workflow is that of the job.
 */
export async function readSpeaker(access: GitHubAccess, ports: GitHubPorts): Promise<Speaker> {
  const query = { query: 'query { viewer { login } }' };
  const viewer = await askGitHub(forGraphQl(access), 'POST /graphql', query, ports);
  const login = viewer.kind === 'ok' ? textAt(viewer.body, 'data', 'viewer', 'login') : undefined;
  if (login !== undefined) {
    return { kind: 'known', login };
  }
  if (viewer.kind === 'unavailable') {
    return viewer;
  }
  const user = await askGitHub(access, 'GET /user', {}, ports);
  if (user.kind === 'unavailable') {
    return user;
  }
  return { kind: 'known', login: (user.kind === 'ok' ? textAt(user.body, 'login') : undefined) ?? JOB_LOGIN };
}

/** An enterprise server has its REST API at /api/v3, and this beside it. */
function forGraphQl(access: GitHubAccess): GitHubAccess {
  return { ...access, apiUrl: access.apiUrl.replace(/\/api\/v3\/?$/, '/api') };
}
