import type { IncomingMessage } from 'node:http';
import { isJsonObject } from '../../../src/values/json.ts';
import { matchRoute, type Match, type Route } from './routes.ts';
import type { Repository } from './state.ts';

/** A request that came, and what became of it. */
export type GitHubRequest = {
  readonly method: string;
  /** As it came, with its query. */
  readonly path: string;
  /** Undefined: there is no such route here. */
  readonly route: Route | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON; the text when it is none, and undefined without a body. */
  readonly body: unknown;
  /** Who asked; undefined without a token that is known. */
  readonly login: string | undefined;
  /** What was answered; undefined when nothing was. */
  readonly status: number | undefined;
};

export type Incoming = Omit<GitHubRequest, 'login' | 'status'> & {
  readonly match: Match | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The token of the header; undefined without one. */
  readonly secret: string | undefined;
};

/** Reads a request whole. Paths by the id of a repository, as links have them, are those by its name. */
export async function readRequest(message: IncomingMessage, repositories: Iterable<Repository>): Promise<Incoming> {
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  const method = message.method ?? 'GET';
  const match = matchRoute(method, byName(url.pathname, repositories));
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
  const [, secret] = /^(?:token|bearer) (.+)$/i.exec(message.headers.authorization ?? '') ?? [];
  return {
    method,
    path: message.url ?? '/',
    route: match?.route,
    params: match?.params ?? {},
    query: Object.fromEntries(url.searchParams),
    body: await readBody(message),
    match,
    headers: Object.fromEntries(headers),
    secret,
  };
}

function byName(path: string, repositories: Iterable<Repository>): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const found = [...repositories].find((repository) => String(repository.id) === id);
  return found === undefined ? path : `/repos/${found.fullName}${rest}`;
}

async function readBody(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(Buffer.from(chunk));
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

/** Whether the body is what GitHub can read at all. */
export const isReadable = (body: unknown): boolean => body === undefined || isJsonObject(body);
