import { isJsonObject, textAt } from '../../../src/values/json.ts';
import { NOT_ACCESSIBLE, NOT_FOUND, ok, refusal, type Answer } from './answers.ts';
import type { Judge } from './description.ts';
import { HANDLERS } from './handlers.ts';
import { newRepository } from './repository.ts';
import { isReadable, type Incoming } from './requests.ts';
import { isAllowed, type Route } from './routes.ts';
import type { Ask, Repository, Token } from './state.ts';

/** What is there, and what was found out about those who ask and about this fake itself. */
export type World = {
  readonly url: string;
  readonly judge: Judge;
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly mistakes: string[];
  readonly defects: string[];
  nextId(): number;
  now(): string;
};

/** The answer to a request, in the order in which GitHub looks: who asks, whether he may see it, whether he may do it, whether it is right. */
export function respond(incoming: Incoming, world: World): Answer {
  const { method, path, match, secret, headers, body } = incoming;
  const token = secret === undefined ? undefined : world.tokens.get(secret);
  if (headers['user-agent'] === undefined) {
    world.mistakes.push(`${method} ${path}: no user-agent`);
    return refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
    );
  }
  if (token === undefined) {
    return refusal(401, secret === undefined ? 'Requires authentication' : 'Bad credentials');
  }
  if (method === 'POST' && path === '/graphql' && isViewerQuestion(body)) {
    return ok({ data: { viewer: { login: token.login } } });
  }
  if (match === undefined) {
    world.mistakes.push(`${method} ${path}: there is no such route here`);
    return NOT_FOUND;
  }
  const { route, params } = match;
  const fullName = `${params['owner'] ?? ''}/${params['repo'] ?? ''}`.toLowerCase();
  const repository = visible(fullName, token, world);
  if (repository === undefined && route.includes('{repo}')) {
    return NOT_FOUND;
  }
  if (!(repository?.isPublic === true && method === 'GET') && !isAllowed(route, token.permissions)) {
    return refusal(403, NOT_ACCESSIBLE);
  }
  const wrong = wrongRequest(incoming, world);
  if (wrong !== undefined) {
    return wrong;
  }
  const ask: Ask = {
    repository: repository ?? NOWHERE,
    token,
    params,
    query: incoming.query,
    body: isJsonObject(body) ? body : {},
    url: world.url,
    nextId: () => world.nextId(),
    now: () => world.now(),
  };
  return checked(route, () => HANDLERS[route](ask), world);
}

/** The one question of the GraphQL API that is understood: who am I? Unlike `GET /user` it is for all kinds of tokens. */
function isViewerQuestion(body: unknown): boolean {
  return /^\s*(?:query\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/.test(textAt(body, 'query') ?? '');
}

function visible(fullName: string, { repositories }: Token, world: World): Repository | undefined {
  const found = world.repositories.get(fullName);
  const isTheirs = repositories === undefined || repositories.includes(fullName);
  return isTheirs || found?.isPublic === true ? found : undefined;
}

function wrongRequest(incoming: Incoming, { judge, mistakes }: World): Answer | undefined {
  const { method, path, match, query, headers, body } = incoming;
  if (!isReadable(body)) {
    mistakes.push(`${method} ${path}: the body is no JSON object`);
    return refusal(400, 'Problems parsing JSON');
  }
  const problems = match === undefined ? [] : judge.requestProblems(match, { query, headers, body });
  if (problems.length === 0) {
    return undefined;
  }
  mistakes.push(...problems.map((problem) => `${method} ${path}: ${problem}`));
  const errors = problems.map((message) => ({ code: 'invalid', field: message.split(' ')[0] ?? '', message }));
  return refusal(422, `Invalid request.\n\n${problems.join('\n')}`, { errors });
}

/** An answer of ours that is not as GitHub describes it is a defect of this fake. */
function checked(route: Route, handle: () => Answer, { judge, defects }: World): Answer {
  try {
    const answer = handle();
    const problems = judge.answerProblems(route, answer.status, answer.body);
    defects.push(...problems.map((problem) => `${route}, ${answer.status}: ${problem}`));
    return answer;
  } catch (error) {
    defects.push(`${route}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return refusal(500, 'The fake GitHub has a defect');
  }
}

/** What routes that belong to no repository are given. */
const NOWHERE = newRepository('', { id: 0, isPublic: true }, { nextId: () => 0, now: () => '' });
