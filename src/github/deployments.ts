import type { DeploymentPlan } from '../plan/github-slices.ts';
import type { GitHubAccess } from '../values/github.ts';
import { numberAt, textAt } from '../values/json.ts';
import { askGitHub, type GitHubPorts, type GitHubResult } from './ask.ts';
import { isAt } from './compare.ts';
import { createOnce, type LookedFor } from './create-once.ts';
import { DEPLOYMENTS, markOf, newestDeployments, withMark } from './deployment-list.ts';
import { addStatus, type DeploymentStatus } from './deployment-status.ts';
import { jobHasDeployment } from './job-deployment.ts';
import { onOneLine } from './one-line.ts';
import { retire } from './retire.ts';
import { untold, type Told } from './told.ts';

/** What became of a deployment that was to be made. `why` is a clause without a full stop. */
export type Opened =
  | { readonly kind: 'open'; readonly id: number }
  /** The job has one of its own, and GitHub keeps that up to date. */
  | { readonly kind: 'left'; readonly why: string }
  | { readonly kind: 'untold'; readonly why: string };

/** How a deployment ends. */
export type DeploymentEnd = DeploymentStatus & { readonly state: 'success' | 'failure' | 'error' | 'inactive' };

const LONGEST_MESSAGE = 200;

/**
 * Makes a deployment that is in progress. It is made once, whatever the network does to the answer. `remember` hears of it as soon as it is there:
 * whoever is killed later has to leave word of it.
 */
export async function openDeployment(
  plan: DeploymentPlan,
  access: GitHubAccess,
  ports: GitHubPorts,
  remember: (id: number) => Promise<void> = async () => {},
): Promise<Opened> {
  if (plan.mode === 'auto') {
    const job = await jobHasDeployment(plan, access, ports);
    if (job.kind !== 'ok') {
      return untold(job);
    }
    if (job.hasOne) {
      return { kind: 'left', why: `the job has a deployment of its own to ${plan.environment}` };
    }
  }
  const made = await make(plan, access, ports);
  if (made.kind !== 'ok') {
    return untold(made);
  }
  const id = numberAt(made.body, 'id');
  if (id === undefined) {
    return {
      kind: 'untold',
      why: `GitHub made no deployment: ${onOneLine(textAt(made.body, 'message') ?? 'it does not say why', LONGEST_MESSAGE)}`,
    };
  }
  await remember(id);
  const status: DeploymentStatus = { state: 'in_progress', description: 'The deploy is running', logUrl: plan.logUrl };
  // Whether this is told or not, the end of it may be.
  await addStatus(access, id, status, ports);
  return { kind: 'open', id };
}

/** Says how a deployment ended. The other deployments of the environment stay as they are. */
export async function endDeployment(
  access: GitHubAccess,
  id: number,
  end: DeploymentEnd,
  ports: GitHubPorts,
): Promise<Told> {
  return addStatus(access, id, end, ports);
}

/**
 * Makes those inactive that this one replaces: earlier ones of the same environment and task. What had failed stays failed in the history.
 * GitHub would do so only for environments that are neither transient nor for production, and for all apps of the environment.
 */
export async function retireOthers(
  plan: DeploymentPlan,
  access: GitHubAccess,
  currentId: number,
  ports: GitHubPorts,
): Promise<Told> {
  const { environment, task, logUrl } = plan;
  const settled = ['inactive', 'failure', 'error'];
  const description = 'Replaced by a later deploy';
  return retire({ environment, task, olderThan: currentId, settled, description, logUrl }, access, ports);
}

/** Makes all of a task in an environment inactive, because what was deployed is removed. */
export async function retireAll(
  access: GitHubAccess,
  { environment, task, logUrl = '' }: Pick<DeploymentPlan, 'environment' | 'task'> & { readonly logUrl?: string },
  ports: GitHubPorts,
): Promise<Told> {
  const retirement = { environment, task, olderThan: Infinity, settled: ['inactive'], description: 'Removed', logUrl };
  return retire(retirement, access, ports);
}

async function make(plan: DeploymentPlan, access: GitHubAccess, ports: GitHubPorts): Promise<GitHubResult> {
  const { ref, sha, task, environment, isTransient, isProduction } = plan;
  const mark = `${plan.runId}-${ports.clock.now().toString(36)}-${Math.floor(ports.clock.random() * 36 ** 6).toString(36)}`;
  const parameters = {
    // A branch may have moved on since the run began: GitHub would record the commit that it is at by now.
    ref: ref !== sha && (await isAt(ref, sha, access, ports)) ? ref : sha,
    task,
    environment,
    auto_merge: false,
    required_contexts: [],
    payload: withMark(plan.payload, mark),
    transient_environment: isTransient,
    production_environment: isProduction,
  };
  return createOnce(
    async () => askGitHub(access, `POST ${DEPLOYMENTS}`, parameters, ports),
    async () => findMarked(mark, plan, access, ports),
    ports,
  );
}

async function findMarked(
  mark: string,
  { environment, task }: DeploymentPlan,
  access: GitHubAccess,
  ports: GitHubPorts,
): Promise<LookedFor> {
  const newest = await newestDeployments(access, { environment, task }, ports);
  if (newest.kind !== 'ok') {
    return newest;
  }
  const ours = newest.items.find((deployment) => markOf(deployment) === mark);
  return ours === undefined ? { kind: 'none' } : { kind: 'ok', body: ours, headers: {} };
}
