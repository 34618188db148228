import type { DeployResult } from '../collect/parse-report.ts';
import type { Collected, CollectedEntry } from '../collect/read-results.ts';
import type { Problem } from '../errors.ts';
import { oneLine } from './markdown-text.ts';
import type { Outcome } from './outcome.ts';
import { clip } from '../values/visible.ts';

/** How many deploys ended together, and the output `deploys`. */
export type RollUp = Pick<Outcome, 'result' | 'reason' | 'verdict' | 'hint' | 'problems'> & {
  readonly deploys: string;
};

/** Of several that went wrong, the first in this order tells the result. */
const SEVERITY: readonly DeployResult[] = ['failed', 'timed-out', 'unknown', 'superseded', 'cancelled'];

const BECAME: Readonly<Record<DeployResult, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  'timed-out': 'timed out',
  unknown: 'is in an unknown state',
  superseded: 'was superseded',
  cancelled: 'was cancelled',
};

const LONGEST_VERDICT = 500;

/** The one verdict of all deploys. It is green only when every environment that had to report did, and is. */
export function concludeCollected(collected: Collected): RollUp {
  const { entries, isExpected } = collected;
  const bad = entries
    .filter(({ deploy }) => deploy?.result !== 'succeeded')
    .toSorted((one, other) => SEVERITY.indexOf(resultOf(one)) - SEVERITY.indexOf(resultOf(other)));
  const [worst] = bad;
  const problems = [...bad.map((entry): Problem => problemOf(entry, entries)), ...collected.problems];
  const deploys = JSON.stringify(entries.map(deployOutput));
  const runs = `${describeGood(entries)}${differentImages(entries)}`;
  if (worst !== undefined) {
    const more = bad.length === 1 ? '' : ` (and ${bad.length - 1} more)`;
    const hint = bad.some(({ deploy }) => deploy === undefined)
      ? 'A job that did not report failed before it could, was cancelled, was skipped, or waits for an approval.'
      : 'The table in the summary has a link to the run of each.';
    const verdict = `${runs}; ${problemOf(worst, entries).message}${more}`;
    return { result: resultOf(worst), reason: 'environment-failed', verdict, hint, problems, deploys };
  }
  if (collected.problems.length > 0 && !isExpected) {
    const count = collected.problems.length;
    const verdict = `${runs}; ${count} ${count === 1 ? 'report' : 'reports'} could not be read`;
    const hint = 'Give the input environments, so that it is known who has to report.';
    return { result: 'unknown', reason: 'results-missing', verdict, hint, problems, deploys };
  }
  return { result: 'succeeded', reason: undefined, verdict: runs, hint: undefined, problems, deploys };
}

/** "prod", or "shop in prod" where there are several apps. */
export function nameOf({ environment, deploy }: CollectedEntry, entries: readonly CollectedEntry[]): string {
  const name = clip(oneLine(environment), 255);
  return deploy === undefined || !hasSeveralApps(entries) ? name : `${clip(oneLine(deploy.app), 255)} in ${name}`;
}

/** Twelve digits of a digest are enough to compare; undefined when there is none. */
export function shortDigests({ deploy }: CollectedEntry): string | undefined {
  const [first, ...others] = (deploy?.digests ?? []).map((digest) =>
    oneLine(digest)
      .replace(/^sha256:/, '')
      .slice(0, 12),
  );
  return first === undefined || others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** A deploy that nobody heard of may have gone well or not. */
function resultOf({ deploy }: CollectedEntry): DeployResult {
  return deploy?.result ?? 'unknown';
}

function problemOf(entry: CollectedEntry, entries: readonly CollectedEntry[]): Problem {
  const { deploy } = entry;
  const name = nameOf(entry, entries);
  return deploy === undefined
    ? { message: `${name} did not report` }
    : { message: `${name} ${BECAME[deploy.result]}: ${clip(oneLine(deploy.verdict), LONGEST_VERDICT)}` };
}

/** "3 environments run 1a2b3c4", "2 of 3 environments run 1a2b3c4", "prod runs 1a2b3c4". */
function describeGood(entries: readonly CollectedEntry[]): string {
  const good = entries.filter(({ deploy }) => deploy?.result === 'succeeded');
  const noun = `${hasSeveralApps(entries) ? 'deploy' : 'environment'}${entries.length === 1 ? '' : 's'}`;
  if (good.length === 0) {
    return `0 of ${entries.length} ${noun} went well`;
  }
  const [first] = entries;
  const who =
    first !== undefined && entries.length === 1
      ? nameOf(first, entries)
      : `${good.length === entries.length ? '' : `${good.length} of `}${entries.length} ${noun}`;
  const commits = [...new Set(good.map(({ deploy }) => oneLine(deploy?.sha ?? '').slice(0, 7)))];
  const what = commits.length > 1 ? 'different commits' : commits[0] || 'what was deployed';
  return `${who} ${good.length === 1 ? 'runs' : 'run'} ${what}`;
}

/** One commit is built once: where environments have other images of it, somebody built it again. */
function differentImages(entries: readonly CollectedEntry[]): string {
  const known = entries.filter(({ deploy }) => deploy?.result === 'succeeded' && deploy.digests.length > 0);
  const ofApps = Map.groupBy(known, ({ deploy }) => deploy?.app);
  const differ = [...ofApps.values()].find((own) => new Set(own.map(imagesKey)).size > 1);
  return differ === undefined
    ? ''
    : `, but not the same image: ${differ.map((entry) => `${nameOf(entry, entries)} ${shortDigests(entry)}`).join(', ')}`;
}

function imagesKey({ deploy }: CollectedEntry): string {
  return (deploy?.digests ?? []).toSorted().join(' ');
}

function hasSeveralApps(entries: readonly CollectedEntry[]): boolean {
  return new Set(entries.flatMap(({ deploy }) => deploy?.app ?? [])).size > 1;
}

/** What is not known is null. */
function deployOutput({ environment, deploy }: CollectedEntry): object {
  return {
    environment,
    app: deploy?.app ?? null,
    namespace: deploy?.namespace ?? null,
    result: deploy?.result ?? 'unknown',
    reason: deploy === undefined ? 'results-missing' : (deploy.reason ?? null),
    verdict: deploy?.verdict ?? 'did not report',
    sha: deploy?.sha ?? null,
    digest: deploy?.digests[0] ?? null,
    url: deploy?.url ?? null,
    seconds: deploy?.seconds ?? null,
    attempt: deploy?.attempt ?? null,
    runUrl: deploy?.runUrl ?? null,
  };
}
