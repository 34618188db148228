import type { GitHubOutcome } from '../github-http.ts';
import { textAt } from '../values/json.ts';

/** What GitHub asks to wait for when it says nothing more than that it was too much (REST API, Rate limits). */
const UNNAMED_PAUSE_SECONDS = 60;

/** Whether nothing was done because too much was asked before: GitHub says so with 429 or 403, and both mean the same. */
export function isRateLimited(outcome: GitHubOutcome): boolean {
  if (outcome.kind === 'network') {
    return false;
  }
  const { status, headers } = outcome;
  return (
    status === 429 ||
    (status === 403 &&
      (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || isSaidToBe(outcome.body)))
  );
}

/** How many seconds GitHub asks to be left alone; undefined when it does not. `nowMilliseconds` since the epoch. */
export function askedPauseSeconds(outcome: GitHubOutcome, nowMilliseconds: number): number | undefined {
  if (outcome.kind === 'network' || (outcome.status < 500 && !isRateLimited(outcome))) {
    return undefined;
  }
  const { headers, body } = outcome;
  // GitHub's own time, where it tells it: the clock of a runner may be wrong.
  const sent = Date.parse(headers['date'] ?? '');
  const now = Number.isNaN(sent) ? nowMilliseconds : sent;
  const asked = retryAfterSeconds(headers['retry-after'], now);
  if (asked !== undefined) {
    return asked;
  }
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)) {
    return Math.max(0, reset - Math.floor(now / 1000));
  }
  return isSaidToBe(body) ? UNNAMED_PAUSE_SECONDS : undefined;
}

/** A number of seconds or a date (RFC 9110, 10.2.3). */
function retryAfterSeconds(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) {
    return undefined;
  }
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function isSaidToBe(body: unknown): boolean {
  return /rate limit|abuse detection/i.test(textAt(body, 'message') ?? '');
}
