import type { GitHubAccess } from '../values/github.ts';
import { numberAt, textAt, type JsonObject } from '../values/json.ts';
import type { GitHubPorts, Trouble } from './ask.ts';
import { DEPLOYMENTS } from './deployment-list.ts';
import { addStatus, latestStatus, type DeploymentStatus } from './deployment-status.ts';
import { eachPage } from './pages.ts';
import { untold, type Told } from './told.ts';

/** Which deployments are over: of one environment and task, older than `olderThan`, and not settled already. */
export type Retirement = {
  readonly environment: string;
  readonly task: string;
  readonly olderThan: number;
  /** The states that a deployment is left in. */
  readonly settled: readonly string[];
  readonly description: string;
  readonly logUrl: string;
};

/** So many are asked for their status at once. Behind so many that are inactive there are no others: each deploy retires all before it. */
const AT_ONCE = 10;

/** Makes them inactive, the oldest first: what is left when that fails halfway is found at once by the next. */
export async function retire(retirement: Retirement, access: GitHubAccess, ports: GitHubPorts): Promise<Told> {
  const found = await findOver(retirement, access, ports);
  if (found.kind !== 'ok') {
    return untold(found);
  }
  const { description, logUrl } = retirement;
  const status: DeploymentStatus = { state: 'inactive', description, logUrl };
  for (const id of found.ids.toReversed()) {
    const told = await addStatus(access, id, status, ports);
    if (told.kind === 'untold') {
      return told;
    }
  }
  return { kind: 'told', url: undefined };
}

type Over = { readonly kind: 'ok'; readonly ids: readonly number[] } | Trouble;

async function findOver(retirement: Retirement, access: GitHubAccess, ports: GitHubPorts): Promise<Over> {
  const { environment, task } = retirement;
  const over: number[] = [];
  for await (const page of eachPage(access, `GET ${DEPLOYMENTS}`, { environment, task }, ports)) {
    if (page.kind !== 'ok') {
      return page;
    }
    const ids = idsIn(page.items, retirement);
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const batch = await statesOf(ids.slice(start, start + AT_ONCE), access, ports);
      if (batch.kind !== 'ok') {
        return batch;
      }
      over.push(...batch.states.filter(({ state }) => !retirement.settled.includes(state)).map(({ id }) => id));
      if (batch.states.length === AT_ONCE && batch.states.every(({ state }) => state === 'inactive')) {
        return { kind: 'ok', ids: over };
      }
    }
  }
  return { kind: 'ok', ids: over };
}

function idsIn(deployments: readonly JsonObject[], { environment, task, olderThan }: Retirement): readonly number[] {
  return deployments
    .filter((one) => textAt(one, 'environment') === environment && textAt(one, 'task') === task)
    .flatMap((one) => numberAt(one, 'id') ?? [])
    .filter((id) => id < olderThan)
    .toSorted((one, other) => other - one);
}

type States =
  { readonly kind: 'ok'; readonly states: readonly { readonly id: number; readonly state: string }[] } | Trouble;

/** Of those that are not gone meanwhile. */
async function statesOf(ids: readonly number[], access: GitHubAccess, ports: GitHubPorts): Promise<States> {
  const states: { readonly id: number; readonly state: string }[] = [];
  for (const { id, latest } of await Promise.all(
    ids.map(async (id) => ({ id, latest: await latestStatus(access, id, ports) })),
  )) {
    if (latest.kind === 'ok') {
      states.push({ id, state: textAt(latest.status, 'state') ?? 'pending' });
    } else if (latest.kind !== 'missing') {
      return latest;
    }
  }
  return { kind: 'ok', states };
}
