import type { FetchOutcome, Ports } from '../ports.ts';
import { jittered } from '../values/jitter.ts';

const ATTEMPTS = 5;
const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_RETRY_AFTER_SECONDS = 30;

/** A site that says "later" in these words can be fine a second later; every other status is an answer. */
const PASSING_STATUSES: readonly number[] = [408, 429];

/**
 * Fetches up to five times, or as often as asked, with pauses of about 0.5, 1, 2 and 4 seconds, or as long as Retry-After asks (30 seconds at most). Only 408, 429,
 * 5xx and answers that did not arrive whole are tried again. Returns the last outcome, whatever it is.
 */
export async function fetchWithRetries(
  url: string,
  fetchOnce: () => Promise<FetchOutcome>,
  ports: Pick<Ports, 'clock' | 'notify' | 'assertNotCancelled'>,
  attempts = ATTEMPTS,
): Promise<FetchOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    ports.assertNotCancelled();
    const outcome = await fetchOnce();
    if (!mayPass(outcome) || attempt === attempts) {
      return outcome;
    }
    const pause = pauseAfter(attempt, outcome, ports.clock.random());
    const next = `attempt ${attempt + 1} of ${attempts} in ${(pause / 1000).toFixed(1)} s`;
    ports.notify({ kind: 'note', text: `${url} ${describeOutcome(outcome)}; ${next}` });
    await ports.clock.sleep(pause);
  }
}

/** "answered 503", "gave no complete answer (socket hang up)": continues a sentence that starts with the URL. */
export function describeOutcome(outcome: FetchOutcome): string {
  if (outcome.kind === 'network') {
    return `gave no complete answer (${outcome.message})`;
  }
  return outcome.kind === 'status' ? `answered ${outcome.status}` : 'answered';
}

function mayPass(outcome: FetchOutcome): boolean {
  if (outcome.kind === 'status') {
    return outcome.status >= 500 || PASSING_STATUSES.includes(outcome.status);
  }
  return outcome.kind === 'network';
}

function pauseAfter(attempt: number, outcome: FetchOutcome, random: number): number {
  const asked = outcome.kind === 'status' ? (outcome.retryAfterSeconds ?? 0) : 0;
  const backoff = jittered(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1), random);
  return Math.max(backoff, Math.min(asked, LONGEST_RETRY_AFTER_SECONDS) * 1000);
}
