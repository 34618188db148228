import type { DeploymentPlan } from '../plan/github-slices.ts';
import type { GitHubAccess } from '../values/github.ts';
import { numberAt, textAt, type JsonObject } from '../values/json.ts';
import type { GitHubPorts, Trouble } from './ask.ts';
import { markOf, newestDeployments } from './deployment-list.ts';
import { latestStatus } from './deployment-status.ts';

/** A job that is still going on was not last reported in one of these. */
const ENDED: ReadonlySet<string> = new Set(['success', 'failure', 'error', 'inactive']);

/** Of more deployments nobody is asked for the status. The job's own is of today, and mostly of the same commit. */
const MOST_CANDIDATES = 10;

/**
 * Whether GitHub made a deployment for the job itself, because the job has an `environment`: one of the same environment that was not made
 * here, is not at its end, and whose log is that of this run. Not by its commit: for a pull request that is another one than what is deployed.
 */
export async function jobHasDeployment(
  { environment, sha, runId }: DeploymentPlan,
  access: GitHubAccess,
  ports: GitHubPorts,
): Promise<{ readonly kind: 'ok'; readonly hasOne: boolean } | Trouble> {
  if (runId === '') {
    return { kind: 'ok', hasOne: false };
  }
  const newest = await newestDeployments(access, { environment }, ports);
  if (newest.kind !== 'ok') {
    return newest;
  }
  const statuses = await Promise.all(
    candidatesOf(newest.items, sha).map(async (id) => latestStatus(access, id, ports)),
  );
  // One that is gone meanwhile was not the job's.
  const trouble = statuses.filter((latest) => latest.kind !== 'ok').find(({ kind }) => kind !== 'missing');
  const hasOne = statuses.some((latest) => latest.kind === 'ok' && isOfRun(latest.status, runId));
  return hasOne || trouble === undefined ? { kind: 'ok', hasOne } : trouble;
}

function candidatesOf(deployments: readonly JsonObject[], sha: string): readonly number[] {
  const foreign = deployments.filter((deployment) => markOf(deployment) === undefined);
  const isOfCommit = (deployment: JsonObject): boolean => textAt(deployment, 'sha') === sha;
  return [...foreign.filter(isOfCommit), ...foreign.filter((deployment) => !isOfCommit(deployment))]
    .flatMap((deployment) => numberAt(deployment, 'id') ?? [])
    .slice(0, MOST_CANDIDATES);
}

function isOfRun(status: JsonObject | undefined, runId: string): boolean {
  const logUrl = textAt(status, 'log_url') || textAt(status, 'target_url') || '';
  const [, run] = /\/actions\/runs\/(\d+)(?=[/?#]|$)/.exec(logUrl) ?? [];
  return run === runId && !ENDED.has(textAt(status, 'state') ?? '');
}
