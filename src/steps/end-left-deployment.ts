import { join } from 'node:path';
import { withDeadline } from '../github/pause.ts';
import type { Plan } from '../plan/plan.ts';
import type { Ports } from '../ports.ts';
import { endAndRetire } from './github-deployment.ts';
import { DEPLOYMENT_FILE, parseLeft } from './left-deployment.ts';

/** Nobody waits for a run that was cancelled. */
const LONGEST_SECONDS = 60;

/** A run that has come to its end has waited for GitHub already. */
const LONGEST_ONCE_MORE_SECONDS = 15;

/** In the post step: ends the deployment of a run that was cancelled or killed, or whose end GitHub did not hear of. Returns the lines that tell of it. */
export async function endLeftDeployment({ github, tools }: Plan, ports: Ports): Promise<readonly string[]> {
  const { access, deployment } = github;
  const path = join(tools.folder, DEPLOYMENT_FILE);
  if (access === undefined || deployment === undefined || (await ports.files.kindOf(path)) !== 'file') {
    return [];
  }
  const left = parseLeft(await ports.files.readText(path));
  if (left === undefined) {
    return [];
  }
  const { environment, logUrl } = deployment;
  const cancelled = { state: 'error', description: 'The run was cancelled', logUrl } as const;
  const { id, ending = cancelled } = left;
  const wasTried = left.ending !== undefined;
  const inTime = withDeadline(ports, wasTried ? LONGEST_ONCE_MORE_SECONDS : LONGEST_SECONDS);
  const ended = await endAndRetire({ id, ending }, deployment, access, inTime);
  if (ended.untold === 'end' && wasTried) {
    // The run has said so, and why.
    return [];
  }
  if (ended.untold === 'end') {
    return [`warning: the deployment of ${environment} on GitHub still says that it is in progress: ${ended.why}`];
  }
  const how = wasTried ? ending.state : 'cancelled';
  return [`The deployment of ${environment} on GitHub is marked as ${how}`];
}
