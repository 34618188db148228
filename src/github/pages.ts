import type { GitHubAccess } from '../values/github.ts';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import { askGitHub, type GitHubPorts, type Trouble } from './ask.ts';

/** A list, or a part of it. */
export type Listed = { readonly kind: 'ok'; readonly items: readonly JsonObject[] };

const PER_PAGE = 100;

/** 5000 entries. A list that is longer is told as trouble: nobody shall take a part of it for the whole. */
const MOST_PAGES = 50;

/** The list that a route gives, page by page, until somebody has enough. After a trouble nothing comes. */
export async function* eachPage(
  access: GitHubAccess,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  ports: GitHubPorts,
): AsyncGenerator<Listed | Trouble, void, undefined> {
  let more: Readonly<Record<string, string>> | undefined = {};
  for (let page = 1; more !== undefined; page += 1) {
    if (page > MOST_PAGES) {
      yield unavailable(`there are more than ${MOST_PAGES * PER_PAGE} entries`);
      return;
    }
    const result = await askGitHub(access, route, { ...parameters, per_page: PER_PAGE, ...more }, ports);
    if (result.kind !== 'ok') {
      yield result;
      return;
    }
    if (!Array.isArray(result.body)) {
      yield unavailable('GitHub answered with something that is no list');
      return;
    }
    yield { kind: 'ok', items: result.body.filter(isJsonObject) };
    more = parametersOfNext(result.headers['link'] ?? '');
  }
}

/** All entries of the list that a route gives, or why they are not known: then none of them are. */
export async function allPages(
  access: GitHubAccess,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  ports: GitHubPorts,
): Promise<Listed | Trouble> {
  const items: JsonObject[] = [];
  for await (const page of eachPage(access, route, parameters, ports)) {
    if (page.kind !== 'ok') {
      return page;
    }
    items.push(...page.items);
  }
  return { kind: 'ok', items };
}

/** What GitHub's lists are leafed through with (REST API, Pagination). */
const OF_PAGES: readonly string[] = ['page', 'after', 'before', 'since'];

/**
 * Only the place of the next page is taken of its address: the token goes nowhere else than before. A parameter called `baseUrl` would lead octokit
 * elsewhere.
 */
function parametersOfNext(link: string): Readonly<Record<string, string>> | undefined {
  const address = /<([^<>]+)>\s*;[^<]*\brel="?next\b/.exec(link)?.[1] ?? '';
  const parameters = URL.parse(address)?.searchParams;
  return parameters && Object.fromEntries([...parameters].filter(([name]) => OF_PAGES.includes(name)));
}

function unavailable(why: string): Trouble {
  return { kind: 'unavailable', why, mayBeDone: false };
}
