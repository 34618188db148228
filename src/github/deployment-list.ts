import type { GitHubAccess } from '../values/github.ts';
import { isJsonObject, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { askGitHub, type GitHubPorts, type Trouble } from './ask.ts';
import type { Listed } from './pages.ts';

export const DEPLOYMENTS = '/repos/{owner}/{repo}/deployments';

/** Which deployments: of all tasks, or of one. */
export type DeploymentFilter = { readonly environment: string; readonly task?: string | undefined };

/** In the payload of each deployment that is made here. */
const MARK = 'k8s-deploy';
const MOST = 100;

/** The newest hundred. */
export async function newestDeployments(
  access: GitHubAccess,
  { environment, task }: DeploymentFilter,
  ports: GitHubPorts,
): Promise<Listed | Trouble> {
  const result = await askGitHub(access, `GET ${DEPLOYMENTS}`, { environment, task, per_page: MOST }, ports);
  if (result.kind !== 'ok') {
    return result;
  }
  return Array.isArray(result.body)
    ? { kind: 'ok', items: result.body.filter(isJsonObject) }
    : { kind: 'unavailable', why: 'GitHub answered with something that is no list', mayBeDone: false };
}

export function withMark(payload: Readonly<Record<string, string>>, mark: string): Readonly<Record<string, string>> {
  return { ...payload, [MARK]: mark };
}

/** The mark of a deployment that was made here; undefined for one of others, such as that of a job with an `environment`. */
export function markOf(deployment: JsonObject): string | undefined {
  const payload = valueAt(deployment, 'payload');
  return textAt(typeof payload === 'string' ? parsed(payload) : payload, MARK);
}

/** A payload that was given as text comes back as text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
