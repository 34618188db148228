import type { GitHubOutcome } from '../github-http.ts';
import { objectsAt, textAt, valueAt } from '../values/json.ts';
import { onOneLine } from './one-line.ts';
import { lackingPermission } from './permissions.ts';
import { isRateLimited } from './rate-limit.ts';

/** What became of a question to GitHub, after all attempts. */
export type GitHubResult =
  /** `body` is parsed JSON, or text, or undefined; `headers` have lower-case names. */
  | { readonly kind: 'ok'; readonly body: unknown; readonly headers: Readonly<Record<string, string>> }
  /** 404: it is not there, or the token may not see it. */
  | { readonly kind: 'missing' }
  /** 401 or 403. `permission` is what the token lacks: "deployments: write"; undefined when that is not the reason. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly permission: string | undefined;
      readonly message: string;
    }
  /** Any other answer that the same question would get again: 409, 410, 422 … */
  | { readonly kind: 'invalid'; readonly status: number; readonly message: string }
  /** `why` is a clause. `mayBeDone`: it may have been carried out all the same, only the answer is not known. */
  | { readonly kind: 'unavailable'; readonly why: string; readonly mayBeDone: boolean };

/** A question that was not answered with what it asked for. */
export type Trouble = Exclude<GitHubResult, { readonly kind: 'ok' }>;

const LONGEST_MESSAGE = 200;

/** What one attempt came to, if no other follows. */
export function resultOf(outcome: GitHubOutcome, route: string): GitHubResult {
  if (outcome.kind === 'network') {
    const why = `GitHub did not answer (${onOneLine(outcome.message, LONGEST_MESSAGE)})`;
    return { kind: 'unavailable', why, mayBeDone: true };
  }
  const { status, headers, body } = outcome;
  if (status >= 200 && status < 300) {
    return { kind: 'ok', body, headers };
  }
  const message = messageIn(body);
  if (isRateLimited(outcome)) {
    return { kind: 'unavailable', why: `GitHub answered ${status}, too many requests`, mayBeDone: false };
  }
  if (isPassing(outcome)) {
    return { kind: 'unavailable', why: `GitHub answered ${status}`, mayBeDone: true };
  }
  switch (status) {
    case 404:
      return { kind: 'missing' };
    case 401:
      return { kind: 'refused', status, permission: undefined, message };
    case 403: {
      const permission = lackingPermission(route, headers['x-accepted-github-permissions'], message);
      return { kind: 'refused', status, permission, message };
    }
    default:
      return { kind: 'invalid', status, message };
  }
}

/** Whether another attempt may be answered, and nobody knows what became of this one. */
export function isPassing(outcome: GitHubOutcome): boolean {
  return outcome.kind === 'network' || outcome.status >= 500 || outcome.status === 408;
}

/** What GitHub says about it: the sentence, and what is wrong with which field. Empty when it says nothing. */
function messageIn(body: unknown): string {
  const errors = valueAt(body, 'errors');
  const words = Array.isArray(errors) ? errors.filter((error) => typeof error === 'string') : [];
  const details = objectsAt(body, 'errors').map(
    (error) => textAt(error, 'message') ?? [textAt(error, 'field'), textAt(error, 'code')].filter(Boolean).join(' is '),
  );
  return onOneLine(
    [textAt(body, 'message') ?? '', [...words, ...details].join(', ')].filter((part) => part !== '').join(': '),
    LONGEST_MESSAGE,
  );
}
