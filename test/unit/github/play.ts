import { DeployError } from '../../../src/errors.ts';
import type { GitHubHttp, GitHubOutcome } from '../../../src/github-http.ts';
import type { GitHubPorts } from '../../../src/github/ask.ts';
import type { GitHubAccess } from '../../../src/values/github.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { instantClock } from '../../support/fake-ports.ts';

/** GitHub as far as these tests speak to it: it keeps what it is told, and fails as it is told. */

export const ACCESS: GitHubAccess = {
  apiUrl: 'https://api.github.example',
  token: 'T0KEN',
  owner: 'org',
  repo: 'app',
};

export type Asked = { readonly route: string; readonly parameters: JsonObject; readonly site: string };

export type Fault = {
  readonly outcome: GitHubOutcome;
  /** What was asked for is done, and only the answer is this one. */
  readonly isLost?: boolean;
  /** What others do at this moment. */
  readonly meanwhile?: () => void;
};

type Handler = (parameters: JsonObject) => GitHubOutcome;

export type Played = {
  readonly ports: GitHubPorts;
  readonly asked: Asked[];
  /** Seconds that went by in sleeps. */
  seconds(): number;
  /** The next so many requests of a route ("POST /repos/{owner}/{repo}/deployments") fail. */
  fail(route: string, ...faults: readonly Fault[]): void;
  /** "POST deployments", "GET comments", … in the order that they came. */
  words(): readonly string[];
};

export function answer(
  status: number,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Extract<GitHubOutcome, { readonly kind: 'answer' }> {
  return { kind: 'answer', status, headers, body };
}

export const RESET: GitHubOutcome = { kind: 'network', message: 'read ECONNRESET' };
export const NOT_FOUND = answer(404, { message: 'Not Found' });
export const status = (code: number, message = 'Something went wrong'): Fault => ({
  outcome: answer(code, { message }),
});
export const lost = (outcome: GitHubOutcome): Fault => ({ outcome, isLost: true });

/** Routes that are not there answer 404. */
export function play(handlers: Readonly<Record<string, Handler>>): Played {
  const clock = instantClock();
  const asked: Asked[] = [];
  const faults = new Map<string, Fault[]>();
  const github: GitHubHttp = {
    request: async (site, route, parameters) => {
      asked.push({ route, parameters, site: site.apiUrl });
      const fault = faults.get(route)?.shift();
      fault?.meanwhile?.();
      if (fault !== undefined && fault.isLost !== true) {
        return fault.outcome;
      }
      const outcome = handlers[route]?.(parameters) ?? NOT_FOUND;
      return fault?.outcome ?? outcome;
    },
  };
  return {
    ports: { github, clock },
    asked,
    seconds: () => clock.elapsed() / 1000,
    fail: (route, ...more) => {
      faults.set(route, [...(faults.get(route) ?? []), ...more]);
    },
    words: () =>
      asked.map(({ route }) => {
        const [method = '', path = ''] = route.split(' ');
        return `${method} ${path.split('/').findLast((part) => part !== '' && !part.startsWith('{')) ?? ''}`;
      }),
  };
}

async function endsTheRun(): Promise<never> {
  throw new DeployError('cancelled', 'The run was cancelled');
}

/** The run is cancelled: nobody sleeps any more. */
export function cancelled({ github, clock }: GitHubPorts): GitHubPorts {
  return { github, clock: { ...clock, sleep: endsTheRun } };
}

/** One page of a list, with the Link header that GitHub gives. */
export function pageOf(all: readonly unknown[], { page = 1, per_page: perPage = 30 }: JsonObject): GitHubOutcome {
  const [number, size] = [Number(page), Number(perPage)];
  const isLast = number * size >= all.length;
  const link = `<https://api.github.example/repositories/1/x?per_page=${size}&page=${number - 1}>; rel="prev", <https://api.github.example/repositories/1/x?per_page=${size}&page=${number + 1}>; rel="next", <https://api.github.example/repositories/1/x?page=9>; rel="last"`;
  return answer(200, all.slice((number - 1) * size, number * size), isLast ? {} : { link });
}
