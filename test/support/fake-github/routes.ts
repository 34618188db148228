/** What a token may do, in the words of a workflow's `permissions`. Reading the metadata of a repository is always in it. */
export type Permissions = Readonly<Partial<Record<PermissionName, 'read' | 'write'>>>;

type PermissionName =
  | 'actions'
  | 'administration'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'packages'
  | 'pull-requests'
  | 'statuses';

/** The routes that are there, as GitHub's documentation writes them, and what a token needs for each: one of these sets. */
export const ROUTES = {
  'GET /user': [],
  'GET /rate_limit': [],
  'GET /repos/{owner}/{repo}': [],
  'GET /repos/{owner}/{repo}/compare/{basehead}': [{ contents: 'read' }],
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': [{ 'pull-requests': 'read' }],
  'GET /repos/{owner}/{repo}/pulls': [{ 'pull-requests': 'read' }],
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': [{ 'pull-requests': 'read' }],
  'GET /repos/{owner}/{repo}/issues/{issue_number}': [{ issues: 'read' }, { 'pull-requests': 'read' }],
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': [{ issues: 'read' }, { 'pull-requests': 'read' }],
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': [{ issues: 'read' }, { 'pull-requests': 'read' }],
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': [{ issues: 'write' }, { 'pull-requests': 'write' }],
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': [{ issues: 'read' }, { 'pull-requests': 'read' }],
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': [{ issues: 'write' }, { 'pull-requests': 'write' }],
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': [{ issues: 'write' }, { 'pull-requests': 'write' }],
  'GET /repos/{owner}/{repo}/deployments': [{ deployments: 'read' }],
  'POST /repos/{owner}/{repo}/deployments': [{ deployments: 'write' }],
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}': [{ deployments: 'read' }],
  'DELETE /repos/{owner}/{repo}/deployments/{deployment_id}': [{ deployments: 'write' }],
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': [{ deployments: 'read' }],
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': [{ deployments: 'write' }],
  'GET /repos/{owner}/{repo}/environments': [{ actions: 'read' }],
  'GET /repos/{owner}/{repo}/environments/{environment_name}': [{ actions: 'read' }],
  'DELETE /repos/{owner}/{repo}/environments/{environment_name}': [{ administration: 'write' }],
  'GET /repos/{owner}/{repo}/actions/artifacts': [{ actions: 'read' }],
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}': [{ actions: 'read' }],
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts': [{ actions: 'read' }],
  'GET /repos/{owner}/{repo}/releases': [{ contents: 'read' }],
  'POST /repos/{owner}/{repo}/releases': [{ contents: 'write' }],
  'GET /repos/{owner}/{repo}/releases/latest': [{ contents: 'read' }],
  'GET /repos/{owner}/{repo}/releases/tags/{tag}': [{ contents: 'read' }],
  'GET /repos/{owner}/{repo}/releases/{release_id}': [{ contents: 'read' }],
  'PATCH /repos/{owner}/{repo}/releases/{release_id}': [{ contents: 'write' }],
  'DELETE /repos/{owner}/{repo}/releases/{release_id}': [{ contents: 'write' }],
  'GET /repos/{owner}/{repo}/git/ref/{ref}': [{ contents: 'read' }],
  'POST /repos/{owner}/{repo}/git/refs': [{ contents: 'write' }],
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': [{ contents: 'write' }],
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': [{ contents: 'write' }],
} as const satisfies Readonly<Record<string, readonly Permissions[]>>;

export type Route = keyof typeof ROUTES;

/**
 * Whether a token with these permissions may go there. Of a comment GitHub says that `issues: write` is enough as well; on a pull request it
 * has been seen not to be, and all issues here are pull requests.
 */
export function isAllowed(route: Route, has: Permissions): boolean {
  const needs: readonly Permissions[] = ROUTES[route];
  const sets = needs.filter((set) => set.issues !== 'write');
  return (
    sets.length === 0 ||
    sets.some((set) =>
      entriesOf(set).every(([name, access]) => has[name] === 'write' || (has[name] === 'read' && access === 'read')),
    )
  );
}

/** The header `x-accepted-github-permissions`: "issues=write; pull_requests=write". */
export function acceptedPermissions(route: Route): string {
  const needs: readonly Permissions[] = ROUTES[route];
  const sets = needs.map((set) => entriesOf(set).map(([name, access]) => `${name.replaceAll('-', '_')}=${access}`));
  return sets.length === 0 ? 'metadata=read' : sets.map((set) => set.join(',')).join('; ');
}

function entriesOf(set: Permissions): readonly [PermissionName, 'read' | 'write'][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the type above
  return Object.entries(set) as [PermissionName, 'read' | 'write'][];
}

export type Match = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

/** A reference of git may have slashes, and GitHub takes them as they are. */
const MATCHERS = Object.keys(ROUTES).map((route) => {
  const [method = '', template = ''] = route.split(' ');
  const pattern = template.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => `(?<${name}>${name === 'ref' ? '.+' : '[^/]+'})`,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a key of the table
  return { route: route as Route, method, path: new RegExp(`^${pattern}$`) };
});

/** The route of a request: the first of the table that fits. */
export function matchRoute(method: string, path: string): Match | undefined {
  for (const matcher of MATCHERS) {
    const found = matcher.method === method ? matcher.path.exec(path) : null;
    if (found !== null) {
      const params = Object.entries(found.groups ?? {}).map(
        ([name, text]) => [name, decodeURIComponent(text)] as const,
      );
      return { route: matcher.route, params: Object.fromEntries(params) };
    }
  }
  return undefined;
}

/** The path with its parameters filled in again, each as one segment. */
export function pathOf({ route, params }: Match): string {
  return (route.split(' ')[1] ?? '').replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
}
