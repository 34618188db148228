import { join } from 'node:path';
import { endDeployment, openDeployment, retireOthers, type Opened } from '../github/deployments.ts';
import type { Plan } from '../plan/plan.ts';
import type { Ports } from '../ports.ts';
import type { Outcome, Result } from '../report/outcome.ts';
import { numberAt } from '../values/json.ts';
import type { Run } from './run.ts';
import { tellUntold } from './untold.ts';

/** In the private folder, as long as the deployment has no end: the post step ends those of runs that could not. */
export const DEPLOYMENT_FILE = 'github-deployment.json';

const STATES: Readonly<Record<Result, 'success' | 'failure' | 'error' | 'inactive'>> = {
  succeeded: 'success',
  failed: 'failure',
  'timed-out': 'failure',
  superseded: 'inactive',
  unknown: 'error',
  cancelled: 'error',
};

/** Does the work while GitHub shows it as a deployment, and then how it ended. What GitHub cannot be told changes nothing of the outcome. */
export async function asDeployment(run: Run, work: () => Promise<Outcome>): Promise<Outcome> {
  const opening = open(run);
  const outcome = await work();
  const opened = await opening;
  // After a cancellation there are seconds left; the post step has more.
  return opened?.kind === 'open' && outcome.result !== 'cancelled' ? end(opened.id, outcome, run) : outcome;
}

async function open({ plan, ports, journal }: Run): Promise<Opened | undefined> {
  const { access, deployment } = plan.github;
  if (access === undefined || deployment === undefined) {
    return undefined;
  }
  const opened = await openDeployment(deployment, access, ports);
  switch (opened.kind) {
    case 'open':
      await ports.files.writePrivate(join(plan.tools.folder, DEPLOYMENT_FILE), JSON.stringify({ id: opened.id }));
      break;
    case 'left':
      ports.notify({ kind: 'note', text: `GitHub gets no deployment from us: ${opened.why}` });
      break;
    case 'untold':
      tellUntold(
        {
          title: `No deployment of ${deployment.environment} was made on GitHub`,
          why: opened.why,
          markdown: undefined,
        },
        journal,
        ports,
      );
  }
  return opened;
}

async function end(id: number, outcome: Outcome, { plan, ports, journal }: Run): Promise<Outcome> {
  const { access, deployment } = plan.github;
  if (access === undefined || deployment === undefined) {
    return outcome;
  }
  const state = STATES[outcome.result];
  const { url = deployment.url } = outcome.facts;
  const told = await endDeployment(
    access,
    id,
    { state, description: outcome.verdict, environmentUrl: url, logUrl: deployment.logUrl },
    ports,
  );
  const retired = state === 'success' ? await retireOthers(deployment, access, id, ports) : undefined;
  for (const one of [told, retired]) {
    if (one?.kind === 'untold') {
      tellUntold(
        {
          title: `The deployment of ${deployment.environment} on GitHub is not up to date`,
          why: one.why,
          markdown: undefined,
        },
        journal,
        ports,
      );
    }
  }
  if (told.kind === 'told') {
    await ports.files.remove(join(plan.tools.folder, DEPLOYMENT_FILE));
  }
  return { ...outcome, facts: { ...outcome.facts, untold: journal.facts().untold } };
}

/** In the post step: ends the deployment of a run that was cancelled or killed. Returns the lines that tell of it. */
export async function endLeftDeployment({ github, tools }: Plan, ports: Ports): Promise<readonly string[]> {
  const path = join(tools.folder, DEPLOYMENT_FILE);
  if (github.access === undefined || github.deployment === undefined || (await ports.files.kindOf(path)) !== 'file') {
    return [];
  }
  const left: unknown = JSON.parse(await ports.files.readText(path));
  const id = numberAt(left, 'id');
  if (id === undefined) {
    return [];
  }
  const { environment, logUrl } = github.deployment;
  const ending = { state: 'error', description: 'The run was cancelled', environmentUrl: undefined, logUrl } as const;
  const told = await endDeployment(github.access, id, ending, ports);
  return told.kind === 'told'
    ? [`The deployment of ${environment} on GitHub is marked as cancelled`]
    : [`warning: the deployment of ${environment} on GitHub still says that it is in progress: ${told.why}`];
}
