import { textAt, type JsonObject } from '../../../../src/values/json.ts';
import { created, invalid, NOT_FOUND, ok, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import { pageOf } from '../pages.ts';
import { stateOf, type Ask, type Deployment, type DeploymentState, type DeploymentStatus } from '../state.ts';
import { deploymentOf } from './deployments.ts';
import { appOf, user } from './people.ts';

const LONGEST_DESCRIPTION = 140;
const STATES: readonly DeploymentState[] = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
];

/** Newest first. */
export function listStatuses(ask: Ask): Answer {
  const deployment = deploymentOf(ask);
  if (deployment === undefined) {
    return NOT_FOUND;
  }
  const { items, headers } = pageOf(deployment.statuses.toReversed(), ask, `/deployments/${deployment.id}/statuses`);
  return ok(
    items.map((status) => shape(status, deployment, ask)),
    headers,
  );
}

export function createStatus(ask: Ask): Answer {
  const { body } = ask;
  const deployment = deploymentOf(ask);
  const state = STATES.find((one) => one === body['state']);
  if (deployment === undefined || state === undefined) {
    return NOT_FOUND;
  }
  const description = textAt(body, 'description') ?? '';
  if (description.length > LONGEST_DESCRIPTION) {
    return invalid(
      'DeploymentStatus',
      'description',
      `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`,
    );
  }
  const status = add(deployment, ask, {
    state,
    description,
    environment: textAt(body, 'environment') ?? deployment.statuses.at(-1)?.environment ?? deployment.environment,
    environmentUrl: textAt(body, 'environment_url') ?? '',
    logUrl: textAt(body, 'log_url') ?? textAt(body, 'target_url') ?? '',
  });
  if (state === 'success' && body['auto_inactive'] !== false) {
    retireOthers(deployment, ask);
  }
  return created(shape(status, deployment, ask));
}

/** Earlier deployments of the environment that were a success; those that go away by themselves, and production, are left as they are. */
function retireOthers(deployment: Deployment, ask: Ask): void {
  const replaced = [...ask.repository.deployments.values()].filter(
    (other) =>
      other.id < deployment.id &&
      other.environment === deployment.environment &&
      !other.isTransient &&
      !other.isProduction &&
      stateOf(other) === 'success',
  );
  for (const other of replaced) {
    const { environment } = other;
    add(other, ask, { state: 'inactive', description: '', environment, environmentUrl: '', logUrl: '' });
  }
}

type Told = Pick<DeploymentStatus, 'state' | 'description' | 'environment' | 'environmentUrl' | 'logUrl'>;

function add(deployment: Deployment, ask: Ask, told: Told): DeploymentStatus {
  const author = { login: ask.token.login, kind: ask.token.kind };
  const status = { id: ask.nextId(), ...told, author, createdAt: ask.now() };
  ask.repository.deployments.set(deployment.id, { ...deployment, statuses: [...deployment.statuses, status] });
  return status;
}

function shape(status: DeploymentStatus, deployment: Deployment, { repository, url }: Ask): JsonObject {
  const own = `${url}/repos/${repository.fullName}`;
  return form('deployment-status', {
    id: status.id,
    state: status.state,
    description: status.description,
    environment: status.environment,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    target_url: status.logUrl,
    creator: user(status.author),
    performed_via_github_app: appOf(status.author),
    created_at: status.createdAt,
    updated_at: status.createdAt,
    url: `${own}/deployments/${deployment.id}/statuses/${status.id}`,
    deployment_url: `${own}/deployments/${deployment.id}`,
    repository_url: own,
  });
}
