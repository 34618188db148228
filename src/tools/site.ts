import { DeployError } from '../errors.ts';
import type { FetchOutcome, Ports } from '../ports.ts';
import { mirrorInput, type ToolName } from './releases.ts';
import { describeOutcome, fetchWithRetries } from './retry.ts';

export type SitePorts = Pick<Ports, 'downloads' | 'clock' | 'notify' | 'assertNotCancelled'>;

/** Fetches a small text with retries; the outcome is the last one. */
export function fetchText(
  url: string,
  githubToken: string | undefined,
  ports: SitePorts,
  attempts?: number,
): Promise<FetchOutcome> {
  return fetchWithRetries(url, () => ports.downloads.text(url, headersFor(url, githubToken)), ports, attempts);
}

/** Downloads a file with retries, or throws `tool-unavailable` with the last answer. */
export async function fetchFile(
  tool: ToolName,
  url: string,
  githubToken: string | undefined,
  path: string,
  ports: SitePorts,
): Promise<void> {
  const outcome = await fetchWithRetries(
    url,
    () => ports.downloads.file(url, headersFor(url, githubToken), path),
    ports,
  );
  if (outcome.kind !== 'ok') {
    throw unavailable(tool, url, outcome);
  }
}

/** The failure for a URL that a tool needs and that does not give it. */
export function unavailable(tool: ToolName, url: string, outcome: FetchOutcome): DeployError {
  return new DeployError('tool-unavailable', `${tool} cannot be installed: ${url} ${describeOutcome(outcome)}.`, {
    hint: isMissing(outcome)
      ? `Check that this version of ${tool} exists and, if ${mirrorInput(tool)} is set, that the mirror has it.`
      : `Check the runner's network and proxy settings, set ${mirrorInput(tool)}, or install ${tool} on the runner.`,
  });
}

export function isMissing(outcome: FetchOutcome): boolean {
  return outcome.kind === 'status' && (outcome.status === 404 || outcome.status === 410);
}

/** The token goes to github.com and nowhere else: not to a mirror, and not over plain http. */
function headersFor(url: string, githubToken: string | undefined): Readonly<Record<string, string>> {
  const { protocol, host } = new URL(url);
  if (githubToken === undefined || protocol !== 'https:' || host !== 'github.com') {
    return {};
  }
  return { authorization: `Bearer ${githubToken}` };
}
