import { getOctokit } from '@actions/github';
import type { GitHubHttp, GitHubOutcome, GitHubSite } from '../github-http.ts';
import { withoutSecrets } from './known-secrets.ts';
import { isJsonObject, textAt, valueAt } from '../values/json.ts';

const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

/** Octokit would print that a route is deprecated; only the report speaks to the user. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * GitHub's REST API through the octokit of @actions/github, which goes through the runner's proxy (https_proxy, no_proxy) as is right for
 * GITHUB_API_URL. Each call is one attempt. Octokit throws for each status from 400 on, with the answer, and for what broke, without one.
 */
export function createGitHub(): GitHubHttp {
  return {
    request: async (site, route, parameters, timeoutSeconds) => {
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      try {
        const request = { signal, log: SILENT };
        return answerOf(await octokitFor(site).request(route, { ...readable(parameters), headers: HEADERS, request }));
      } catch (error) {
        const response = valueAt(error, 'response');
        if (isJsonObject(response)) {
          return answerOf(response);
        }
        const reason = signal.aborted ? `no answer within ${timeoutSeconds} s` : reasonOf(error);
        return { kind: 'network', message: withoutToken(reason, site) };
      }
    },
  };
}

const READ_BY_PEOPLE: readonly string[] = ['body', 'description'];

/** What people read there is without secrets, which GitHub masks in logs and summaries only. */
function readable(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      READ_BY_PEOPLE.includes(name) && typeof value === 'string' ? withoutSecrets(value) : value,
    ]),
  );
}

/** What cannot be a header is told with its value. */
function withoutToken(reason: string, { token }: GitHubSite): string {
  return token === '' ? reason : reason.replaceAll(token, '***');
}

function octokitFor({ apiUrl, token }: GitHubSite): ReturnType<typeof getOctokit> {
  return getOctokit(token, { baseUrl: apiUrl.replace(/\/+$/, ''), userAgent: 'k8s-deploy', log: SILENT });
}

/** Octokit gives the text of an answer that is no whole JSON though it says so: then it broke off. A failure is one without its words, too. */
function answerOf(response: unknown): GitHubOutcome {
  const status = Number(valueAt(response, 'status'));
  const headers = headersOf(valueAt(response, 'headers'));
  const data = valueAt(response, 'data');
  const isBroken = typeof data === 'string' && /^application\/(?:[\w.-]+\+)?json\b/.test(headers['content-type'] ?? '');
  if (isBroken && status < 300) {
    return { kind: 'network', message: 'the answer broke off' };
  }
  const isNothing = isBroken || data === '' || data instanceof ArrayBuffer;
  return { kind: 'answer', status, headers, body: isNothing ? undefined : data };
}

function headersOf(headers: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(isJsonObject(headers) ? headers : {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** What lies under octokit's error says more, such as "connect ECONNREFUSED 127.0.0.1:1". Several addresses have an error each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((one) => reasonOf(one)).join(', ');
  }
  const cause = valueAt(error, 'cause');
  if (cause instanceof Error && reasonOf(cause) !== '') {
    return reasonOf(cause);
  }
  return textAt(error, 'message') ?? String(error);
}
