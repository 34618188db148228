import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RegistryAnswer } from './registry-faults.ts';
import type { Gate } from './registry-proxy.ts';
import { isPush, TOKEN_PATH, type RegistryRequest } from './registry-steps.ts';
import {
  basicCredentials,
  mayDo,
  rightFor,
  verified,
  type Credentials,
  type RegistryUsers,
  type Right,
} from './registry-users.ts';

export type TokenRules = RegistryUsers & {
  /** 60 by default, which clients take for the shortest there is. */
  readonly tokenSeconds?: number | undefined;
  /** Of a valid token that is too weak: a challenge for a better one (Docker's registry), or a plain 403 (GitHub). */
  readonly weakToken?: 'insufficient-scope' | 'denied' | undefined;
  /** The token service's answer to a wrong password: 401 (Docker Hub) or 403 (GitHub). */
  readonly wrongPassword?: 401 | 403 | undefined;
};

/**
 * A registry with a token service: a request without a token is sent to the service, which gives a token for as much of what was asked for
 * as the user may do. Both ways of asking work: GET with Basic, and POST with a form, which buildx tries first.
 */
export function tokenGate(rules: TokenRules): Gate {
  const { tokenSeconds = 60, weakToken = 'insufficient-scope', wrongPassword = 401 } = rules;
  const tokens = new Map<string, Token>();

  const issue = async (request: IncomingMessage): ReturnType<Gate> => {
    const form = new URLSearchParams(
      request.method === 'POST' ? await text(request) : new URL(request.url ?? '', 'http://x').search,
    );
    const credentials = basicCredentials(request) ?? formCredentials(form);
    const user = verified(rules, credentials);
    if (credentials !== undefined && user === undefined) {
      return { user: credentials.name, answer: { status: wrongPassword, message: 'incorrect username or password' } };
    }
    const granted = form
      .getAll('scope')
      .flatMap((scopes) => scopes.split(' '))
      .flatMap(scopesIn)
      .filter(({ right, repository }) => mayDo(rules, user, right, repository));
    const token = randomUUID();
    tokens.set(token, { user: user?.name, granted, expiresAtMs: Date.now() + tokenSeconds * 1000 });
    const body = { token, access_token: token, expires_in: tokenSeconds, issued_at: new Date().toISOString() };
    return {
      user: user?.name,
      answer: { status: 200, text: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
    };
  };

  return async (request, what, origin) => {
    if (what.step === 'token') {
      return issue(request);
    }
    const [, sent] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (sent === undefined) {
      return { user: undefined, answer: challenge(origin, what) };
    }
    const token = tokens.get(sent);
    if (token === undefined || token.expiresAtMs <= Date.now()) {
      return { user: token?.user, answer: challenge(origin, what, 'invalid_token') };
    }
    const right = rightFor(what);
    if (what.repository === '' || token.granted.some((scope) => covers(scope, right, what.repository))) {
      return { user: token.user };
    }
    const refusal = weakToken === 'denied' ? { status: 403 } : challenge(origin, what, 'insufficient_scope');
    return { user: token.user, answer: refusal };
  };
}

type Scope = { readonly right: Right; readonly repository: string };
type Token = { readonly user: string | undefined; readonly granted: readonly Scope[]; readonly expiresAtMs: number };

function challenge(origin: string, what: RegistryRequest, error?: string): RegistryAnswer {
  const scope =
    what.repository === '' ? '' : `,scope="repository:${what.repository}:${isPush(what) ? 'pull,push' : 'pull'}"`;
  const reason = error === undefined ? '' : `,error="${error}"`;
  const header = `Bearer realm="${origin}${TOKEN_PATH}",service="registry.example.com"${scope}${reason}`;
  return { status: 401, headers: { 'www-authenticate': header } };
}

/** "repository:org/app:pull,push"; a scope of another type grants nothing. */
function scopesIn(scope: string): readonly Scope[] {
  const [, repository = '', rights = ''] = /^repository:(.+):([^:]+)$/.exec(scope) ?? [];
  return (['pull', 'push'] as const)
    .filter((right) => rights.split(',').includes(right))
    .map((right) => ({ right, repository }));
}

function covers(scope: Scope, right: Right, repository: string): boolean {
  return scope.right === right && scope.repository === repository;
}

function formCredentials(form: URLSearchParams): Credentials | undefined {
  const [name, password] = [form.get('username'), form.get('password')];
  return name === null || password === null ? undefined : { name, password };
}
