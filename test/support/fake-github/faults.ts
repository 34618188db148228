import { NOT_ACCESSIBLE, refusal, type Answer } from './answers.ts';
import type { GitHubRequest } from './requests.ts';
import type { Route } from './routes.ts';

/** What goes wrong with a request. `when` is whether its effect has taken place by then; before it, unless said otherwise. */
export type GitHubFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly message?: string | undefined;
      /** "retry-after" and the like. */
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly when?: When | undefined;
    }
  /** 403, or 429 when that is said. `primary`: no requests are left until so many seconds from now. `secondary`: with `retry-after`. */
  | {
      readonly kind: 'rate-limit';
      readonly limit: 'primary' | 'secondary';
      readonly seconds: number;
      readonly status?: 403 | 429 | undefined;
    }
  /** The answer is right, and late. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** The connection is reset, and there is no answer. */
  | { readonly kind: 'reset'; readonly when: When }
  /** The effect has taken place, and the answer is the first half of its JSON. */
  | { readonly kind: 'garbage' };

type When = 'before' | 'after';

/** Which requests it is for: all, unless something here says less. */
export type FaultScope = {
  readonly route?: Route | undefined;
  readonly matches?: ((request: GitHubRequest) => boolean) | undefined;
  /** So many requests that it would be for pass by first. */
  readonly after?: number | undefined;
  /** How often; until `heal` when nothing is said. */
  readonly times?: number | undefined;
};

export type FaultList = {
  add(fault: GitHubFault, scope: FaultScope): void;
  /** The first fault that is for this request, used once. */
  take(request: GitHubRequest): GitHubFault | undefined;
  clear(): void;
};

export function newFaultList(): FaultList {
  type Entry = { readonly fault: GitHubFault; readonly scope: FaultScope; waits: number; left: number };
  let entries: Entry[] = [];
  return {
    add: (fault, scope) => {
      entries.push({ fault, scope, waits: scope.after ?? 0, left: scope.times ?? Number.POSITIVE_INFINITY });
    },
    take: (request) => {
      for (const entry of entries.filter(({ scope, left }) => left > 0 && isFor(scope, request))) {
        if (entry.waits === 0) {
          entry.left -= 1;
          return entry.fault;
        }
        entry.waits -= 1;
      }
      return undefined;
    },
    clear: () => {
      entries = [];
    },
  };
}

function isFor({ route, matches }: FaultScope, request: GitHubRequest): boolean {
  return (route === undefined || route === request.route) && (matches === undefined || matches(request));
}

/** Whether the request comes to its effect in spite of the fault. */
export function hasEffect(fault: GitHubFault | undefined): boolean {
  if (fault?.kind === 'status' || fault?.kind === 'reset') {
    return fault.when === 'after';
  }
  return fault?.kind !== 'rate-limit';
}

const SECONDARY = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Bad credentials',
  403: NOT_ACCESSIBLE,
  404: 'Not Found',
  409: 'Conflict',
  422: 'Validation Failed',
  429: 'Too Many Requests',
};

/** What is answered instead; undefined: what would be answered anyway, or nothing. */
export function faultAnswer(fault: GitHubFault | undefined): Answer | undefined {
  if (fault?.kind === 'status') {
    const { status, headers } = fault;
    return { ...refusal(status, fault.message ?? MESSAGES[status] ?? 'Server Error'), headers };
  }
  if (fault?.kind !== 'rate-limit') {
    return undefined;
  }
  const { limit, seconds, status = 403 } = fault;
  if (limit === 'secondary') {
    return { ...refusal(status, SECONDARY), headers: { 'retry-after': String(seconds) } };
  }
  const reset = Math.ceil(Date.now() / 1000) + seconds;
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
  return { ...refusal(status, 'API rate limit exceeded for installation ID 1234567.'), headers };
}
