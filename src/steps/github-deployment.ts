import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { endDeployment, openDeployment, retireOthers, type DeploymentEnd, type Opened } from '../github/deployments.ts';
import type { GitHubPorts } from '../github/ask.ts';
import type { DeploymentPlan } from '../plan/github-slices.ts';
import type { Plan } from '../plan/plan.ts';
import type { Ports } from '../ports.ts';
import type { Outcome, Result } from '../report/outcome.ts';
import type { GitHubAccess } from '../values/github.ts';
import { DEPLOYMENT_FILE, formatLeft, type LeftDeployment } from './left-deployment.ts';
import type { Run } from './run.ts';
import { tellUntold } from './untold.ts';

const STATES: Readonly<Record<Result, DeploymentEnd['state']>> = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'failure',
  superseded: 'inactive',
  unknown: 'error',
  cancelled: 'error',
};

/** Makes the deployment that is planned; undefined when none is. Never throws: whoever waits for it may be late. */
export async function open({ plan, ports, journal }: Run): Promise<Opened | undefined> {
  const { access, deployment } = plan.github;
  if (access === undefined || deployment === undefined) {
    return undefined;
  }
  const opened = await openDeployment(deployment, access, ports, async (id) => remember({ id }, plan, ports)).catch(
    (error: unknown): Opened => ({ kind: 'untold', why: messageOf(error) }),
  );
  if (opened.kind === 'left') {
    ports.notify({ kind: 'note', text: `GitHub gets no deployment from us: ${opened.why}` });
  }
  if (opened.kind === 'untold') {
    const title = `No deployment of ${deployment.environment} was made on GitHub`;
    tellUntold({ title, why: opened.why, markdown: undefined }, journal, ports);
  }
  return opened;
}

/** Tells how the deployment ended. What cannot be told now is left to the post step, which tries once more. */
export async function end(opened: Opened | undefined, outcome: Outcome, { plan, ports, journal }: Run): Promise<void> {
  const { access, deployment } = plan.github;
  if (access === undefined || deployment === undefined || opened?.kind !== 'open') {
    return;
  }
  const { id } = opened;
  const { url = deployment.url } = outcome.facts;
  const ending: DeploymentEnd = {
    state: STATES[outcome.result],
    description: outcome.verdict,
    environmentUrl: url,
    logUrl: deployment.logUrl,
  };
  const ended = await endAndRetire({ id, ending }, deployment, access, ports);
  if (ended.untold === 'end') {
    await remember({ id, ending }, plan, ports);
  } else {
    await ports.files.remove(join(plan.tools.folder, DEPLOYMENT_FILE));
  }
  if (ended.untold !== undefined) {
    const title = `The deployment of ${deployment.environment} on GitHub is not up to date`;
    tellUntold({ title, why: ended.why, markdown: undefined }, journal, ports);
  }
}

type Ended =
  | { readonly untold: undefined }
  /** Its own end; or only that those before it are over. `why` is a clause. */
  | { readonly untold: 'end' | 'others'; readonly why: string };

/** Those that it replaces are retired only after it is known as their successor: an environment without any would look as if it were gone. */
export async function endAndRetire(
  { id, ending }: Required<LeftDeployment>,
  deployment: DeploymentPlan,
  access: GitHubAccess,
  ports: GitHubPorts,
): Promise<Ended> {
  const told = await endDeployment(access, id, ending, ports);
  if (told.kind === 'untold') {
    return { untold: 'end', why: told.why };
  }
  const retired = ending.state === 'success' ? await retireOthers(deployment, access, id, ports) : undefined;
  return retired?.kind === 'untold' ? { untold: 'others', why: retired.why } : { untold: undefined };
}

/** Who cannot write it down may still end it, unless it is stopped before. */
async function remember(left: LeftDeployment, { tools }: Plan, { files }: Pick<Ports, 'files'>): Promise<void> {
  await files.writePrivate(join(tools.folder, DEPLOYMENT_FILE), formatLeft(left)).catch(() => undefined);
}
