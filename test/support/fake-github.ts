import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What goes wrong with every question until `heal`. `silence`: the connection breaks before an answer comes. */
export type GitHubFault = { readonly kind: 'status'; readonly status: number } | { readonly kind: 'silence' };

/**
 * GitHub's REST API on loopback, as far as two commits are compared:
 *
 * `GET /repos/{owner}/{repo}/compare/{base}...{head}` with `Authorization: Bearer <token>` answers 200 with
 * `{"status", "ahead_by", "behind_by", "total_commits", "commits", "files"}`. `ahead_by` counts the ancestors of `head`, itself too, that
 * are not among those of `base`; `behind_by` the other way round; from them follows `status`: `identical`, `ahead`, `behind` or `diverged`.
 * `commits` is a page of what is ahead (`page`, `per_page`, 250 at most), `files` is on the first page only. 401 without the token, 404 for a
 * commit or a repository that is not known. Nothing else is there: 404.
 *
 * It keeps what it is told: repositories with their commits, faults, and the questions that came.
 */
export type FakeGitHub = {
  /** "http://127.0.0.1:43210", for GITHUB_API_URL. */
  readonly url: string;
  /** From now on the repository ("org/app") has these commits: the parents of each. */
  push(repository: string, parents: ReadonlyMap<string, readonly string[]>): void;
  fail(fault: GitHubFault): void;
  heal(): void;
  /** The paths that were asked for since the last call. */
  questions(): readonly string[];
  close(): Promise<void>;
};

const MOST_COMMITS_OF_A_PAGE = 250;

export async function openFakeGitHub(token: string): Promise<FakeGitHub> {
  const repositories = new Map<string, Map<string, readonly string[]>>();
  let fault: GitHubFault | undefined;
  let asked: string[] = [];

  const answer = (request: IncomingMessage): { readonly status: number; readonly body: unknown } => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, repository = '', base = '', head = ''] =
      /^\/repos\/([^/]+\/[^/]+)\/compare\/([^/.]+)\.\.\.([^/.]+)$/.exec(url.pathname) ?? [];
    const commits = repositories.get(repository);
    if (request.headers.authorization !== `Bearer ${token}`) {
      return { status: 401, body: { message: 'Bad credentials' } };
    }
    return commits?.has(base) === true && commits.has(head)
      ? { status: 200, body: comparison(base, head, commits, url.searchParams) }
      : { status: 404, body: { message: 'Not Found' } };
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.url ?? '');
    if (fault?.kind === 'silence') {
      request.socket.destroy();
      return;
    }
    const { status, body } =
      fault === undefined ? answer(request) : { status: fault.status, body: { message: 'Something went wrong' } };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    push: (repository, parents) => {
      repositories.set(repository, new Map([...(repositories.get(repository) ?? []), ...parents]));
    },
    fail: (next) => {
      fault = next;
    },
    heal: () => {
      fault = undefined;
    },
    questions: () => {
      const questions = asked;
      asked = [];
      return questions;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function comparison(
  base: string,
  head: string,
  parents: ReadonlyMap<string, readonly string[]>,
  query: URLSearchParams,
): unknown {
  const ofBase = ancestorsOf(base, parents);
  const ofHead = ancestorsOf(head, parents);
  const ahead = [...ofHead].filter((commit) => !ofBase.has(commit));
  const behind = [...ofBase].filter((commit) => !ofHead.has(commit));
  const perPage = Math.min(Number(query.get('per_page') ?? 100), MOST_COMMITS_OF_A_PAGE);
  const page = Number(query.get('page') ?? 1);
  return {
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.slice((page - 1) * perPage, page * perPage).map((sha) => ({ sha })),
    ...(page === 1 ? { files: [] } : {}),
  };
}

function statusOf(ahead: number, behind: number): string {
  if (ahead === 0) {
    return behind === 0 ? 'identical' : 'behind';
  }
  return behind === 0 ? 'ahead' : 'diverged';
}

/** The commit itself and all that it was made from. */
function ancestorsOf(commit: string, parents: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set([commit]);
  for (const one of found) {
    (parents.get(one) ?? []).forEach((parent) => found.add(parent));
  }
  return found;
}
