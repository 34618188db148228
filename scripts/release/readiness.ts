import { sectionOf } from './changelog.ts';
import { compareVersions, nameOf, newest, parseVersion, type Version } from './version.ts';

/** What is known when somebody wants to release. `tags` are names, `runs` what GitHub answers about the runs of ci.yml on this commit. */
export type Wish = {
  readonly version: string;
  readonly ref: string;
  readonly commit: string;
  readonly packageVersion: string;
  readonly changelog: string;
  readonly tags: readonly string[];
  readonly runs: unknown;
};

const BRANCH = 'refs/heads/main';

/** Everything that forbids the release, a sentence each. */
export function problemsWith(wish: Wish): readonly string[] {
  const version = parseVersion(wish.version);
  if (version === undefined) return [`the version "${wish.version}" is not like v1.2.3`];
  const section = sectionOf(wish.changelog, wish.version);
  return [
    ...(wish.ref === BRANCH ? [] : [`releases are made of ${BRANCH}, and this is ${wish.ref}`]),
    ...(`v${wish.packageVersion}` === wish.version ? [] : [`package.json has the version ${wish.packageVersion}`]),
    ...(section.kind === 'notes' ? [] : [section.why]),
    ...takenOrOld(version, wish.tags),
    ...notGreen(wish.runs, wish.commit),
  ];
}

/** main has everything that was released, so what is made of it is newer than that. */
function takenOrOld(version: Version, tags: readonly string[]): readonly string[] {
  if (tags.includes(nameOf(version))) return [`${nameOf(version)} is released already: its tag never moves`];
  const last = newest(tags.flatMap((tag) => parseVersion(tag) ?? []));
  return last === undefined || compareVersions(last, version) < 0
    ? []
    : [`${nameOf(version)} is older than ${nameOf(last)}, which is released`];
}

type Run = { readonly head_sha: string; readonly conclusion: string | null; readonly run_started_at: string };

/** Only the newest attempt counts: a run that was green before may be red now. */
function notGreen(answer: unknown, commit: string): readonly string[] {
  const runs = runsOf(answer).filter(({ head_sha }) => head_sha === commit);
  const last = runs.toSorted((one, other) => one.run_started_at.localeCompare(other.run_started_at)).at(-1);
  if (last === undefined) return [`ci has not run on ${commit} after a push to main`];
  return last.conclusion === 'success' ? [] : [`ci on ${commit} is ${last.conclusion ?? 'not done yet'}, not success`];
}

function runsOf(answer: unknown): readonly Run[] {
  const runs: unknown = Object(answer).workflow_runs;
  if (!Array.isArray(runs)) throw new Error('GitHub did not answer with workflow_runs');
  return runs.filter(isRun);
}

function isRun(value: unknown): value is Run {
  const { head_sha: sha, conclusion, run_started_at: start } = Object(value);
  return (
    typeof sha === 'string' && typeof start === 'string' && (conclusion === null || typeof conclusion === 'string')
  );
}
