import { NOTHING, NOT_FOUND, ok, type Answer } from '../answers.ts';
import { form } from '../forms.ts';
import { pageOf } from '../pages.ts';
import { without, type JsonObject } from '../../../../src/values/json.ts';
import type { Ask } from '../state.ts';

/** Runs, what they have stored, and environments: what a test has put there. */

export function getRun({ repository, params }: Ask): Answer {
  const found = repository.runs.get(Number(params['run_id']));
  return found === undefined ? NOT_FOUND : ok(form('workflow-run', found));
}

export function listArtifacts(ask: Ask): Answer {
  return artifacts(ask, '/actions/artifacts', () => true);
}

export function listArtifactsOfRun(ask: Ask): Answer {
  const runId = Number(ask.params['run_id']);
  return ask.repository.runs.has(runId)
    ? artifacts(ask, `/actions/runs/${runId}/artifacts`, (artifact) => artifact['runId'] === runId)
    : NOT_FOUND;
}

/** Newest first, and of one name when that is asked for. */
function artifacts(ask: Ask, path: string, isWanted: (artifact: JsonObject) => boolean): Answer {
  const { name } = ask.query;
  const found = [...ask.repository.artifacts.values()]
    .filter((artifact) => isWanted(artifact) && [undefined, artifact['name']].includes(name))
    .toReversed();
  const { items, headers } = pageOf(found, ask, path);
  const shapes = items.map((artifact) =>
    form(
      'artifact',
      without(artifact, (key) => key === 'runId'),
    ),
  );
  return ok({ total_count: found.length, artifacts: shapes }, headers);
}

export function listEnvironments(ask: Ask): Answer {
  const names = [...ask.repository.environments];
  const { items, headers } = pageOf(names, ask, '/environments');
  return ok({ total_count: names.length, environments: items.map((name) => form('environment', { name })) }, headers);
}

export function getEnvironment({ repository, params }: Ask): Answer {
  const name = params['environment_name'] ?? '';
  return repository.environments.has(name) ? ok(form('environment', { name })) : NOT_FOUND;
}

/** Its deployments stay. */
export function deleteEnvironment({ repository, params }: Ask): Answer {
  return repository.environments.delete(params['environment_name'] ?? '') ? NOTHING : NOT_FOUND;
}
