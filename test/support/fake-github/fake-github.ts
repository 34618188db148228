import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answers.ts';
import { openJudge } from './description.ts';
import { faultAnswer, hasEffect, newFaultList, type FaultScope, type GitHubFault } from './faults.ts';
import { inHandsOfATest, newRepository, type FakeRepository, type RepositoryWish } from './repository.ts';
import { readRequest, type GitHubRequest } from './requests.ts';
import { respond, type World } from './respond.ts';
import { acceptedPermissions, type Permissions, type Route } from './routes.ts';
import { JOB, type Account, type Repository, type Token } from './state.ts';

export type { GitHubFault } from './faults.ts';
export type { FakeRepository } from './repository.ts';
export type { GitHubRequest } from './requests.ts';
export type { Permissions, Route } from './routes.ts';
export { JOB } from './state.ts';
export type { Account, Comment, Deployment, DeploymentState, DeploymentStatus, PullRequest } from './state.ts';

/** GitHub's REST API on loopback, as README.md in this folder tells it. It keeps what it is told, whoever tells it. */
export type FakeGitHub = {
  /** "http://127.0.0.1:43210", for GITHUB_API_URL. */
  readonly url: string;
  /** The repository of this name ("org/app"); made when it is not there, and only then is the wish looked at. */
  repository(fullName: string, wish?: RepositoryWish): FakeRepository;
  /** From now on the repository has these commits: the parents of each. */
  push(fullName: string, parents: ReadonlyMap<string, readonly string[]>): void;
  /** The token of a job with these `permissions`, of the repositories named, or of all. */
  jobToken(permissions: Permissions, repositories?: readonly string[]): string;
  /** The token of a person, or of an App ("deployer[bot]"). */
  token(account: Account, permissions: Permissions, repositories?: readonly string[]): string;
  /** From now on. The first fault that fits a request is the one. */
  fail(fault: GitHubFault, scope?: FaultScope): void;
  /** No fault is left. */
  heal(): void;
  /** All requests so far, those of one route when it is named. */
  requests(route?: Route): readonly GitHubRequest[];
  /** The paths that were asked for since the last call. */
  questions(): readonly string[];
  /** What those who asked did wrong: routes that are not there, and requests that are not as GitHub describes them. */
  mistakes(): readonly string[];
  /** What this fake did wrong: answers that are not as GitHub describes them. */
  defects(): readonly string[];
  close(): Promise<void>;
};

const EVERYTHING: Permissions = {
  actions: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  'pull-requests': 'write',
};

/** `token`: that of a job which may do all that a job may. */
export async function openFakeGitHub(token?: string): Promise<FakeGitHub> {
  const repositories = new Map<string, Repository>();
  const tokens = new Map<string, Token>();
  const requests: GitHubRequest[] = [];
  const faults = newFaultList();
  const closing = new AbortController();
  let asked = 0;
  let lastId = 1000;
  const clock = {
    nextId: () => (lastId += 1),
    now: () => new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  };

  const addToken = (secret: string, account: Account, permissions: Permissions, names?: readonly string[]): string => {
    tokens.set(secret, { ...account, permissions, repositories: names?.map((name) => name.toLowerCase()) });
    return secret;
  };
  if (token !== undefined) {
    addToken(token, JOB, EVERYTHING);
  }

  const answerTo = async (message: IncomingMessage, response: ServerResponse, world: World): Promise<void> => {
    const incoming = await readRequest(message, repositories.values());
    const { method, path, route, params, query, body, secret } = incoming;
    const login = tokens.get(secret ?? '')?.login;
    const request = { method, path, route, params, query, body, login, status: undefined };
    const position = requests.push(request) - 1;
    const fault = faults.take(request);
    const real = hasEffect(fault) ? respond(incoming, world) : undefined;
    if (fault?.kind === 'reset') {
      message.socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === 'slow') {
      await sleep(fault.milliseconds, undefined, { signal: closing.signal });
    }
    const answer = faultAnswer(fault) ?? real ?? { status: 500 };
    requests[position] = { ...request, status: answer.status };
    send(response, answer, { route, position, isCut: fault?.kind === 'garbage' });
  };

  const judge = await openJudge();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const world: World = { url, judge, repositories, tokens, mistakes: [], defects: [], ...clock };
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    answerTo(message, response, world).catch((error: unknown) => {
      if (!closing.signal.aborted && !message.errored) {
        world.defects.push(String(error));
      }
      response.destroy();
    });
  });

  const repository: FakeGitHub['repository'] = (fullName, wish = {}) => {
    const key = fullName.toLowerCase();
    const found = repositories.get(key) ?? newRepository(fullName, wish, clock);
    repositories.set(key, found);
    return inHandsOfATest(found, clock);
  };
  return {
    url,
    repository,
    push: (fullName, parents) => repository(fullName).push(parents),
    jobToken: (permissions, names) => addToken(newSecret(), JOB, permissions, names),
    token: (account, permissions, names) => addToken(newSecret(), account, permissions, names),
    fail: (fault, scope = {}) => faults.add(fault, scope),
    heal: () => faults.clear(),
    requests: (route) => requests.filter((request) => route === undefined || request.route === route),
    questions: () => {
      const paths = requests.slice(asked).map(({ path }) => path);
      asked = requests.length;
      return paths;
    },
    mistakes: () => [...world.mistakes],
    defects: () => [...world.defects],
    close: async () => {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const newSecret = (): string => `ghs_${randomBytes(18).toString('hex')}`;

type Shipping = { readonly route: Route | undefined; readonly position: number; readonly isCut: boolean };

const REQUESTS_AN_HOUR = 5000;

function send(response: ServerResponse, { status, body, headers }: Answer, { route, position, isCut }: Shipping): void {
  const text = body === undefined ? undefined : JSON.stringify(body);
  response.writeHead(status, {
    ...(text === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'x-github-request-id': `FA4E:${position + 1}`,
    'x-ratelimit-limit': String(REQUESTS_AN_HOUR),
    'x-ratelimit-remaining': String(Math.max(REQUESTS_AN_HOUR - position - 1, 1)),
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': 'core',
    ...(route === undefined ? {} : { 'x-accepted-github-permissions': acceptedPermissions(route) }),
    ...headers,
  });
  response.end(isCut ? text?.slice(0, text.length / 2) : text);
}
