import { without } from '../../../src/values/json.ts';
import { answer, NOT_FOUND, pageOf, play, type Played } from './play.ts';

type Status = Readonly<Record<string, unknown>> & { readonly id: number; readonly state: string };
export type Deployment = {
  readonly id: number;
  readonly environment: string;
  readonly task: string;
  readonly sha: string;
  readonly ref: string;
  readonly payload: unknown;
  readonly statuses: Status[];
  readonly asked: Readonly<Record<string, unknown>>;
};

export const DEPLOYMENTS = '/repos/{owner}/{repo}/deployments';
export const STATUSES = `${DEPLOYMENTS}/{deployment_id}/statuses`;
export const COMPARE = 'GET /repos/{owner}/{repo}/compare/{base}...{head}';
export const SHA = 'a1b2c3d'.padEnd(40, '0');

export type Repository = Played & {
  readonly deployments: Deployment[];
  /** A deployment of somebody, with its statuses, the oldest first. */
  add(given: Partial<Deployment>, ...statuses: readonly Readonly<Record<string, unknown>>[]): Deployment;
  states(): readonly (string | undefined)[];
};

/** A repository with deployments. `main` is at the commit. */
export function repository(): Repository {
  const deployments: Deployment[] = [];
  let statusId = 0;
  const newStatus = (fields: Readonly<Record<string, unknown>>): Status => {
    statusId += 1;
    return { description: '', ...fields, id: statusId, state: String(fields['state']) };
  };
  const add: Repository['add'] = (given, ...statuses) => {
    const deployment: Deployment = {
      environment: 'prod',
      task: 'deploy:shop',
      sha: SHA,
      ref: 'main',
      payload: {},
      asked: {},
      ...given,
      id: deployments.length + 1,
      statuses: statuses.map(newStatus),
    };
    deployments.push(deployment);
    return deployment;
  };
  const shown = (deployment: Deployment): object => without(deployment, (key) => ['statuses', 'asked'].includes(key));
  const byId = (id: unknown): Deployment | undefined => deployments.find((one) => one.id === id);
  const played = play({
    [`GET ${DEPLOYMENTS}`]: ({ environment, task, ...query }) =>
      pageOf(
        deployments
          .filter((one) => environment === undefined || one.environment === environment)
          .filter((one) => task === undefined || one.task === task)
          .toReversed()
          .map(shown),
        query,
      ),
    [`POST ${DEPLOYMENTS}`]: (asked) => {
      const { environment, task, ref, payload } = asked;
      const made = { environment: String(environment), task: String(task), ref: String(ref), payload, asked };
      return answer(201, shown(add(made)));
    },
    [`GET ${STATUSES}`]: ({ deployment_id: id, ...query }) => {
      const found = byId(id);
      return found === undefined ? NOT_FOUND : pageOf(found.statuses.toReversed(), query);
    },
    [`POST ${STATUSES}`]: ({ deployment_id: id, ...fields }) => {
      const found = byId(id);
      const made = newStatus(without(fields, (key) => ['owner', 'repo'].includes(key)));
      found?.statuses.push(made);
      return found === undefined ? NOT_FOUND : answer(201, made);
    },
    [COMPARE]: ({ base, head }) => (head === 'main' && base === SHA ? answer(200, { status: 'identical' }) : NOT_FOUND),
  });
  const states = () => deployments.map(({ statuses }) => statuses.at(-1)?.state);
  return { ...played, deployments, add, states };
}
