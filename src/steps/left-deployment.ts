import type { DeploymentEnd } from '../github/deployments.ts';
import { numberAt, textAt } from '../values/json.ts';

/** In the private folder, as long as the deployment has no end: the post step ends those of runs that could not. */
export const DEPLOYMENT_FILE = 'github-deployment.json';

/** A deployment on GitHub that has no end yet. */
export type LeftDeployment = {
  readonly id: number;
  /** How it is to end, where the run came to its own end and only GitHub did not hear of it. */
  readonly ending?: DeploymentEnd;
};

export function formatLeft(left: LeftDeployment): string {
  return JSON.stringify(left);
}

/** Undefined for a text that is not whole: its writer was killed. */
export function parseLeft(text: string): LeftDeployment | undefined {
  const value = parsed(text);
  const id = numberAt(value, 'id');
  const state = ENDS.find((one) => one === textAt(value, 'ending', 'state'));
  if (id === undefined || state === undefined) {
    return id === undefined ? undefined : { id };
  }
  const of = (name: string): string | undefined => textAt(value, 'ending', name);
  const [description = '', environmentUrl, logUrl = ''] = [of('description'), of('environmentUrl'), of('logUrl')];
  return { id, ending: { state, description, environmentUrl, logUrl } };
}

const ENDS: readonly DeploymentEnd['state'][] = ['success', 'failure', 'error', 'inactive'];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
