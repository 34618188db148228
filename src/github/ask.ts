import type { Ports } from '../ports.ts';
import type { GitHubAccess } from '../values/github.ts';
import { jittered } from '../values/jitter.ts';
import { pause, secondsLeft, type Deadline } from './pause.ts';
import { askedPauseSeconds, isRateLimited } from './rate-limit.ts';
import { isPassing, resultOf, type GitHubResult, type Trouble } from './result.ts';

export type { GitHubResult, Trouble } from './result.ts';

/** What it takes to speak to GitHub, and how long all that is said with it may take. */
export type GitHubPorts = Pick<Ports, 'github'> & Deadline;

/** How long an answer is worth waiting for. */
export type Patience = {
  /** Before the second attempt, the third …; longer when GitHub asks for it. */
  readonly pausesSeconds: readonly number[];
  /** All pauses together. Whoever would have to wait longer does not wait at all. */
  readonly longestWaitSeconds: number;
  /** One attempt. */
  readonly timeoutSeconds: number;
};

/** GitHub itself gives up what takes it more than ten seconds. */
export const PATIENT: Patience = { pausesSeconds: [1, 3, 9], longestWaitSeconds: 60, timeoutSeconds: 10 };

/** A query only asks, whatever its method. */
const QUERY = 'POST /graphql';

/**
 * Asks GitHub, and again when the network or GitHub fails or too much was asked. `{owner}` and `{repo}` of the route are those of the access.
 * A POST whose answer is not known (`mayBeDone`) is not sent again: whoever sends it has to look what became of it first.
 * Never throws: a run that is cancelled stops waiting, and gets the answer that there is.
 */
export async function askGitHub(
  access: GitHubAccess,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  ports: GitHubPorts,
  patience: Patience = PATIENT,
): Promise<GitHubResult> {
  const { github, clock } = ports;
  // Each attempt has its whole time: one that is cut short says nothing of GitHub.
  const secondsToWait = () => secondsLeft(ports) - patience.timeoutSeconds;
  if (secondsToWait() < 0) {
    return { kind: 'unavailable', why: 'GitHub took too long before', mayBeDone: false };
  }
  const { apiUrl, token, owner, repo } = access;
  const filled = route.includes('{owner}') ? { owner, repo, ...parameters } : parameters;
  const ask = async () => github.request({ apiUrl, token }, route, filled, patience.timeoutSeconds);
  const isRepeatable = !route.startsWith('POST ') || route === QUERY;
  let leftSeconds = patience.longestWaitSeconds;
  let outcome = await ask();
  for (const pauseSeconds of patience.pausesSeconds) {
    if (!isRateLimited(outcome) && !(isRepeatable && isPassing(outcome))) {
      break;
    }
    const asked = askedPauseSeconds(outcome, clock.now());
    leftSeconds = Math.min(leftSeconds, secondsToWait());
    if (asked !== undefined && asked > leftSeconds) {
      return withWait(resultOf(outcome, route), asked);
    }
    const wished = (asked ?? 0) + jittered(pauseSeconds * 1000, clock.random()) / 1000;
    const waitSeconds = Math.min(wished, leftSeconds);
    leftSeconds -= waitSeconds;
    if (waitSeconds < 0 || !(await pause(waitSeconds, ports))) {
      break;
    }
    outcome = await ask();
  }
  return resultOf(outcome, route);
}

/** One clause without a full stop: "the token lacks deployments: write", "GitHub answered 502". */
export function describeTrouble(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'missing':
      return 'GitHub answered 404: it is not there, or the token may not see it';
    case 'refused':
      return trouble.permission === undefined
        ? withMessage(
            trouble.status === 401 ? 'GitHub does not accept the token' : 'GitHub refuses it',
            trouble.message,
          )
        : `the token lacks ${trouble.permission}`;
    case 'invalid':
      return withMessage(`GitHub answered ${trouble.status}`, trouble.message);
    case 'unavailable':
      return trouble.why;
  }
}

function withMessage(clause: string, message: string): string {
  return message === '' ? clause : `${clause}: ${message.replace(/\.$/, '')}`;
}

function withWait(result: GitHubResult, seconds: number): GitHubResult {
  return result.kind === 'unavailable'
    ? { ...result, why: `${result.why} (it asks for ${Math.ceil(seconds)} s of patience)` }
    : result;
}
