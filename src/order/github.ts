import type { OrderPlan } from '../plan/slices.ts';
import type { FetchOutcome, Ports } from '../ports.ts';
import { textAt } from '../values/json.ts';

const PAUSES_SECONDS = [1, 3] as const;
const LONGEST_RETRY_AFTER_SECONDS = 10;

/** What GitHub knows of two commits, or why it does not tell. */
export type Comparison =
  { readonly kind: 'known'; readonly isAncestor: boolean } | { readonly kind: 'unknown'; readonly why: string };

/**
 * Asks GitHub whether `older` is an ancestor of `newer`: only then is `newer` "ahead" of it (REST API, Compare two commits). The second
 * page of one commit each has the status too, but no files, which would make an answer of megabytes.
 */
export async function compareOnGitHub(
  older: string,
  newer: string,
  repository: string,
  github: NonNullable<OrderPlan['github']>,
  ports: Pick<Ports, 'downloads' | 'clock'>,
): Promise<Comparison> {
  const url = `${github.apiUrl}/repos/${repository}/compare/${older}...${newer}?per_page=1&page=2`;
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${github.token}`,
    'x-github-api-version': '2022-11-28',
  };
  const outcome = await fetchThrice(url, headers, ports);
  return outcome.kind === 'ok' ? readComparison(outcome.text) : { kind: 'unknown', why: whyOf(outcome) };
}

async function fetchThrice(
  url: string,
  headers: Readonly<Record<string, string>>,
  { downloads, clock }: Pick<Ports, 'downloads' | 'clock'>,
): Promise<FetchOutcome> {
  for (const pauseSeconds of PAUSES_SECONDS) {
    const outcome = await downloads.text(url, headers);
    if (!mayPass(outcome)) {
      return outcome;
    }
    const asked = outcome.kind === 'status' ? (outcome.retryAfterSeconds ?? 0) : 0;
    await clock.sleep(Math.max(pauseSeconds, Math.min(asked, LONGEST_RETRY_AFTER_SECONDS)) * 1000);
  }
  return downloads.text(url, headers);
}

function mayPass(outcome: FetchOutcome): boolean {
  return outcome.kind === 'network' || (outcome.kind === 'status' && (outcome.status >= 500 || outcome.status === 429));
}

function readComparison(text: string): Comparison {
  const status = textAt(parsed(text), 'status');
  return status === 'ahead' || status === 'identical' || status === 'behind' || status === 'diverged'
    ? { kind: 'known', isAncestor: status === 'ahead' }
    : { kind: 'unknown', why: 'GitHub answered with something that is no comparison' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whyOf(outcome: Exclude<FetchOutcome, { kind: 'ok' }>): string {
  if (outcome.kind === 'network') {
    return `GitHub did not answer (${outcome.message})`;
  }
  switch (outcome.status) {
    case 404:
      return 'GitHub does not have both commits, or the token may not read the repository (contents: read)';
    case 401:
    case 403:
      return `GitHub refused the token, or answers no more questions for now (${outcome.status})`;
    default:
      return `GitHub answered ${outcome.status}`;
  }
}
