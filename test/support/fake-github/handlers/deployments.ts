import { textAt, valueAt, type JsonObject } from '../../../../src/values/json.ts';
import { created, invalid, NOTHING, NOT_FOUND, ok, refusal, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import { pageOf } from '../pages.ts';
import { commitOf, stateOf, type Ask, type Deployment } from '../state.ts';
import { appOf, user } from './people.ts';
import { ancestorsOf } from './repositories.ts';

const LONGEST_DESCRIPTION = 140;
const STILL_ACTIVE = 'We cannot delete an active deployment unless it is the only deployment in a given environment.';

/** Newest first. */
export function listDeployments(ask: Ask): Answer {
  const { repository, query } = ask;
  const isWanted = (deployment: Deployment): boolean =>
    (['sha', 'ref', 'task', 'environment'] as const).every((key) => [undefined, deployment[key]].includes(query[key]));
  const found = [...repository.deployments.values()].filter(isWanted).toSorted((a, b) => b.id - a.id);
  const { items, headers } = pageOf(found, ask, '/deployments');
  return ok(
    items.map((deployment) => shape(deployment, ask)),
    headers,
  );
}

export function getDeployment(ask: Ask): Answer {
  const found = deploymentOf(ask);
  return found === undefined ? NOT_FOUND : ok(shape(found, ask));
}

export function createDeployment(ask: Ask): Answer {
  const { repository, body, token } = ask;
  const ref = textAt(body, 'ref') ?? '';
  const sha = commitOf(repository, ref);
  const description = textAt(body, 'description') ?? null;
  if (sha === undefined) {
    return refusal(422, `No ref found for: ${ref}`);
  }
  if ((description ?? '').length > LONGEST_DESCRIPTION) {
    return invalid(
      'Deployment',
      'description',
      `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`,
    );
  }
  const stopped = behindDefaultBranch(ask, ref, sha) ?? failedChecks(ask, ref, sha);
  if (stopped !== undefined) {
    return stopped;
  }
  const environment = textAt(body, 'environment') ?? 'production';
  const isProduction = valueAt(body, 'production_environment');
  const deployment: Deployment = {
    id: ask.nextId(),
    sha,
    ref,
    task: textAt(body, 'task') ?? 'deploy',
    environment,
    description,
    payload: body['payload'] ?? '',
    isTransient: body['transient_environment'] === true,
    isProduction: typeof isProduction === 'boolean' ? isProduction : environment === 'production',
    author: { login: token.login, kind: token.kind },
    createdAt: ask.now(),
    statuses: [],
  };
  repository.deployments.set(deployment.id, deployment);
  repository.environments.add(environment);
  return created(shape(deployment, ask));
}

/** Unless `auto_merge` is false, GitHub merges the default branch first, and nothing is deployed. Only a branch can be merged into. */
function behindDefaultBranch({ repository, body }: Ask, ref: string, sha: string): Answer | undefined {
  const newest = repository.refs.get(`refs/heads/${repository.defaultBranch}`);
  if (body['auto_merge'] === false || newest === undefined || ancestorsOf(sha, repository).has(newest)) {
    return undefined;
  }
  return repository.refs.has(`refs/heads/${ref}`)
    ? { status: 202, body: { message: `Auto-merged ${repository.defaultBranch} into ${ref} on deployment.` } }
    : refusal(409, `Conflict merging ${repository.defaultBranch} into ${ref}.`);
}

/** Without `required_contexts` all that were ever told of the commit have to be a success. */
function failedChecks({ repository, body }: Ask, ref: string, sha: string): Answer | undefined {
  const told = repository.checks.get(sha) ?? new Map<string, string>();
  const wanted: unknown = body['required_contexts'];
  const names = Array.isArray(wanted) ? wanted.map(String) : [...told.keys()];
  const contexts = names.map((context) => ({ context, state: told.get(context) ?? 'pending' }));
  return contexts.every(({ state }) => state === 'success')
    ? undefined
    : refusal(409, `Conflict: Commit status checks failed for ${ref}.`, {
        errors: [{ contexts, resource: 'Deployment', field: 'required_contexts', code: 'invalid' }],
      });
}

/** The last one may always go; of several only those that are no success. */
export function deleteDeployment(ask: Ask): Answer {
  const { deployments } = ask.repository;
  const found = deploymentOf(ask);
  if (found === undefined) {
    return NOT_FOUND;
  }
  const others = [...deployments.values()].filter(({ environment }) => environment === found.environment).length - 1;
  if (others > 0 && stateOf(found) === 'success') {
    return refusal(422, STILL_ACTIVE);
  }
  deployments.delete(found.id);
  return NOTHING;
}

export function deploymentOf({ repository, params }: Ask): Deployment | undefined {
  return repository.deployments.get(Number(params['deployment_id']));
}

function shape(deployment: Deployment, { repository, url }: Ask): JsonObject {
  const { id, sha, ref, task, environment, description, payload, author, createdAt } = deployment;
  const own = `${url}/repos/${repository.fullName}`;
  return form('deployment', {
    id,
    sha,
    ref,
    task,
    environment,
    original_environment: environment,
    description,
    payload,
    creator: user(author),
    performed_via_github_app: appOf(author),
    transient_environment: deployment.isTransient,
    production_environment: deployment.isProduction,
    created_at: createdAt,
    updated_at: deployment.statuses.at(-1)?.createdAt ?? createdAt,
    url: `${own}/deployments/${id}`,
    statuses_url: `${own}/deployments/${id}/statuses`,
    repository_url: own,
  });
}
