import { failureOf, type DeployError, type Problem } from '../errors.ts';
import { failureOfAnswer, statusMessage, type ApiAnswer, type KubeApi } from '../kube/api.ts';
import { isJsonObject, objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { planChange, type PlannedChange } from './change.ts';
import { inParallel } from './parallel.ts';
import { FIELD_MANAGER, isKubectlsOwn, managerInConflict } from './managers.ts';
import { explainRefusal, type Refusal } from './refusals.ts';
import type { ApplyTarget } from './targets.ts';

const PARALLEL_REQUESTS = 8;

export type DryRun = { readonly changes: readonly PlannedChange[]; readonly refusals: readonly Refusal[] };

/**
 * Asks the server what applying each object would do, changing nothing: server-side apply with `dryRun=All` and strict field
 * validation, so admission and schema have their say. An object in a namespace of the same set cannot be asked about yet and passes.
 */
export async function dryRun(targets: readonly ApplyTarget[], api: KubeApi): Promise<DryRun> {
  const newNamespaces = targets
    .filter((target) => target.resource.kind === 'Namespace')
    .map((target) => target.manifest.object.metadata.name);
  const results = await inParallel(targets, PARALLEL_REQUESTS, async (target) => dryRunOne(target, newNamespaces, api));
  return {
    changes: results.filter((result): result is PlannedChange => 'target' in result),
    refusals: results.filter((result): result is Refusal => 'problems' in result),
  };
}

/** All refusals as one failure; its code is that of the first. */
export function failureOfRefusals(refusals: readonly Refusal[], others: readonly Problem[]): DeployError | undefined {
  const problems = [...others, ...refusals.flatMap((refusal) => refusal.problems)];
  if (problems.length === 0) {
    return undefined;
  }
  const code = others.length > 0 ? 'manifest-rejected' : (refusals[0]?.code ?? 'manifest-rejected');
  return failureOf(code, problems, `The cluster would refuse ${problems.length} things in the manifests`);
}

async function dryRunOne(
  target: ApplyTarget,
  newNamespaces: readonly string[],
  api: KubeApi,
): Promise<PlannedChange | Refusal> {
  const [liveAnswer, firstAnswer] = await Promise.all([
    api.request({ method: 'GET', path: target.path }),
    patch(target, api, false),
  ]);
  const onlyKubectlConflicts = firstAnswer.status === 409 && conflictingManagers(firstAnswer).every(isKubectlsOwn);
  const answer = onlyKubectlConflicts ? await patch(target, api, true) : firstAnswer;
  const live = liveOf(liveAnswer);
  if (live === 'refused') {
    return explainRefusal(liveAnswer, target);
  }
  if (answer.status < 300 && isJsonObject(answer.body)) {
    return planChange(target, live, answer.body);
  }
  const isInNewNamespace = target.namespace !== undefined && newNamespaces.includes(target.namespace);
  if (answer.status === 404 && isInNewNamespace) {
    return planChange(target, undefined, undefined);
  }
  if ((answer.status >= 500 && !isAboutManifest(answer)) || answer.status === 429) {
    throw failureOfAnswer(answer, `check ${target.path}`);
  }
  return explainRefusal(answer, target);
}

/** What does not fit the schema is answered with 500 and no reason (seen with Kubernetes 1.34). */
function isAboutManifest(answer: ApiAnswer): boolean {
  return /^failed to (create typed patch object|convert new object)/.test(statusMessage(answer));
}

async function patch(target: ApplyTarget, api: KubeApi, force: boolean): Promise<ApiAnswer> {
  const query = `dryRun=All&fieldManager=${FIELD_MANAGER}&fieldValidation=Strict&force=${force}`;
  return api.request({
    method: 'PATCH',
    path: `${target.path}?${query}`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(target.manifest.object),
  });
}

function liveOf(answer: ApiAnswer): JsonObject | undefined | 'refused' {
  if (answer.status === 404) {
    return undefined;
  }
  return answer.status < 300 && isJsonObject(answer.body) ? answer.body : 'refused';
}

function conflictingManagers(answer: ApiAnswer): readonly string[] {
  return objectsAt(answer.body, 'details', 'causes').map((cause) => managerInConflict(textAt(cause, 'message') ?? ''));
}
