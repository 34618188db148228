import type { GitHubAccess } from '../values/github.ts';
import { numberAt, textAt, type JsonObject } from '../values/json.ts';
import { askGitHub, type GitHubPorts, type Trouble } from './ask.ts';
import { createOnce, type LookedFor } from './create-once.ts';
import { allPages } from './pages.ts';
import { untold, type Told } from './told.ts';
import { onOneLine } from './one-line.ts';

export type DeploymentStatus = {
  readonly state: 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  /** Cut to what GitHub takes. */
  readonly description: string;
  /** Where the environment is. Whatever is no http or https address is left out: GitHub would refuse the whole status. */
  readonly environmentUrl?: string | undefined;
  /** Left out when it is empty. */
  readonly logUrl: string;
};

const STATUSES = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
const LONGEST_DESCRIPTION = 140;
const WEB_ADDRESS = /^https?:\/\/\S+$/;

/** Adds a status to a deployment. What it means for other deployments is decided here, and not by GitHub, which knows of no apps. */
export async function addStatus(
  access: GitHubAccess,
  id: number,
  status: DeploymentStatus,
  ports: GitHubPorts,
): Promise<Told> {
  const { state, environmentUrl = '', logUrl } = status;
  const description = shortDescription(status.description);
  const parameters = {
    deployment_id: id,
    state,
    description,
    auto_inactive: false,
    ...(WEB_ADDRESS.test(logUrl) ? { log_url: logUrl } : {}),
    ...(WEB_ADDRESS.test(environmentUrl) ? { environment_url: environmentUrl } : {}),
  };
  const added = await createOnce(
    async () => askGitHub(access, `POST ${STATUSES}`, parameters, ports),
    async () => findStatus(access, id, state, description, ports),
    ports,
  );
  return added.kind === 'ok' ? { kind: 'told', url: undefined } : untold(added);
}

/** What was last said of a deployment; `status` is undefined when nothing was. */
export async function latestStatus(
  access: GitHubAccess,
  id: number,
  ports: GitHubPorts,
): Promise<{ readonly kind: 'ok'; readonly status: JsonObject | undefined } | Trouble> {
  const all = await allPages(access, `GET ${STATUSES}`, { deployment_id: id }, ports);
  if (all.kind !== 'ok') {
    return all;
  }
  return { kind: 'ok', status: all.items.toSorted((one, other) => idOf(other) - idOf(one))[0] };
}

function idOf(status: JsonObject): number {
  return numberAt(status, 'id') ?? 0;
}

async function findStatus(
  access: GitHubAccess,
  id: number,
  state: string,
  description: string,
  ports: GitHubPorts,
): Promise<LookedFor> {
  const latest = await latestStatus(access, id, ports);
  if (latest.kind !== 'ok') {
    return latest;
  }
  const isThere = textAt(latest.status, 'state') === state && textAt(latest.status, 'description') === description;
  return isThere ? { kind: 'ok', body: latest.status, headers: {} } : { kind: 'none' };
}

/** Some short texts of GitHub may not have letters beyond 0xFFFF, such as emoji: a status is worth more than those. */
function shortDescription(text: string): string {
  return onOneLine(text.replace(/[\u{10000}-\u{10FFFF}]/gu, '?'), LONGEST_DESCRIPTION);
}
