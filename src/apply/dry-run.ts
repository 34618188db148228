import { failureOfFindings, type DeployError, type Finding } from '../errors.ts';
import { failureOfAnswer, type ApiAnswer, type KubeApi } from '../kube/api.ts';
import type { ApiResource } from '../kube/discovery.ts';
import { askToApply } from '../kube/server-side-apply.ts';
import type { Target } from '../kube/target.ts';
import { isJsonObject, textAt } from '../values/json.ts';
import { planChange, type PlannedChange } from './change.ts';
import { conflictsIn, describeTaken } from './conflicts.ts';
import { resourcesDefinedBy } from './definitions.ts';
import { isTrouble } from './trouble.ts';
import { foreseeHandOver } from './foresee.ts';
import { againAfterFailure, replacementOf, type JobPolicy } from './jobs.ts';
import { PARALLEL_REQUESTS, type LiveTarget } from './live.ts';
import { inParallel } from '../kube/parallel.ts';
import { explainRefusal } from './refusals.ts';

/** `notes` say which fields are taken from whom. */
export type DryRun = {
  readonly changes: readonly PlannedChange[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
};

export type DryRunOptions = {
  readonly api: KubeApi;
  readonly forceConflicts: boolean;
  readonly jobPolicy: (target: Target) => JobPolicy;
};

/**
 * Asks the server what applying each object would do, changing nothing: server-side apply with `dryRun=All` and strict field
 * validation, so admission and schema have their say. An object in a namespace, or of a kind, of the same set cannot be asked about yet
 * and passes.
 */
export async function dryRun(objects: readonly LiveTarget[], options: DryRunOptions): Promise<DryRun> {
  const brought = broughtBy(objects.map(({ target }) => target));
  const runs = await inParallel(objects, PARALLEL_REQUESTS, async (object) => dryRunOne(object, brought, options));
  return {
    changes: runs.flatMap(({ changes }) => changes),
    findings: runs.flatMap(({ findings }) => findings),
    notes: runs.flatMap(({ notes }) => notes),
  };
}

/** All findings of dry runs as one failure. */
export function failureOfDryRun(findings: readonly Finding[]): DeployError | undefined {
  return failureOfFindings(findings, 'in the manifests, for which the cluster would refuse them');
}

/** What is there only after the set was applied. */
type Brought = { readonly namespaces: ReadonlySet<string>; readonly kinds: readonly ApiResource[] };

function broughtBy(targets: readonly Target[]): Brought {
  const namespaces = targets.filter(({ resource }) => resource.kind === 'Namespace');
  return {
    namespaces: new Set(namespaces.map(({ object }) => object.metadata.name)),
    kinds: targets.flatMap(({ object }) => resourcesDefinedBy(object)),
  };
}

async function dryRunOne(object: LiveTarget, brought: Brought, options: DryRunOptions): Promise<DryRun> {
  const { target, live } = object;
  const { answer, notes } = await ask(target, options);
  if (answer.status < 300 && isJsonObject(answer.body)) {
    const desired = await foreseeHandOver(target, live, answer.body, options.api);
    const change = againAfterFailure(planChange(target, live, desired), options.jobPolicy(target));
    return { changes: [change], findings: [], notes };
  }
  if (answer.status === 404 && comesWithTheSet(target, answer, brought)) {
    return { changes: [planChange(target, undefined, undefined)], findings: [], notes: [] };
  }
  if (isTrouble(answer)) {
    throw failureOfAnswer(answer, `check ${target.path}`);
  }
  const replacement = replacementOf(object, answer, options.jobPolicy(target));
  if (replacement !== undefined) {
    return 'kind' in replacement
      ? { changes: [replacement], findings: [], notes: [] }
      : { changes: [], findings: [replacement], notes: [] };
  }
  return { changes: [], findings: explainRefusal(answer, target), notes: [] };
}

/** Fields of kubectl's own managers will be ours before the apply; those of others are taken when the user says so. */
async function ask(
  target: Target,
  { api, forceConflicts }: DryRunOptions,
): Promise<{ readonly answer: ApiAnswer; readonly notes: readonly string[] }> {
  const answer = await askToApply(target.path, target.object, { force: false, validation: 'strict' }, api);
  const conflicts = answer.status === 409 ? conflictsIn(answer) : [];
  const isForced = answer.status === 409 && (forceConflicts || conflicts.length === 0);
  return isForced
    ? {
        answer: await askToApply(target.path, target.object, { force: true, validation: 'strict' }, api),
        notes: describeTaken(conflicts, target),
      }
    : { answer, notes: [] };
}

/** A namespace that is missing is named in the answer; of a kind that is missing nothing is said. */
function comesWithTheSet(target: Target, answer: ApiAnswer, { namespaces, kinds }: Brought): boolean {
  const isInNewNamespace = target.namespace !== undefined && namespaces.has(target.namespace);
  const isOfNewKind =
    textAt(answer.body, 'details', 'kind') !== 'namespaces' &&
    kinds.some(({ apiVersion, kind }) => apiVersion === target.object.apiVersion && kind === target.object.kind);
  return isInNewNamespace || isOfNewKind;
}
