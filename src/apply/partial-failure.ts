import { DeployError } from '../errors.ts';
import { getObject } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import { textAt } from '../values/json.ts';
import type { PlannedChange } from './change.ts';
import { PARALLEL_REQUESTS } from './live.ts';
import { inParallel } from '../kube/parallel.ts';
import type { DeployContext } from './run-change.ts';
import { hasStamp } from './stamp.ts';

/** The failure of an apply, with what is applied of all that was to be, and what is not. The failure itself when nobody can tell. */
export async function tellWhatIsApplied(
  error: unknown,
  planned: readonly PlannedChange[],
  context: DeployContext,
): Promise<unknown> {
  if (!(error instanceof DeployError) || error.code !== 'apply-failed') {
    return error;
  }
  try {
    return await partialFailure(error, planned, context);
  } catch {
    return error;
  }
}

/** kubectl goes on with the next object after one fails: which were applied is read from the cluster. */
async function partialFailure(
  failure: DeployError,
  planned: readonly PlannedChange[],
  context: DeployContext,
): Promise<DeployError> {
  const changing = planned.filter((change) => change.kind !== 'unchanged');
  const states = await inParallel(changing, PARALLEL_REQUESTS, async (change) => ({
    name: describeObject(change.target.object),
    isApplied: await isApplied(change, context),
  }));
  const names = (applied: boolean): string =>
    states
      .filter((state) => state.isApplied === applied)
      .map((state) => state.name)
      .join(', ') || 'nothing';
  return new DeployError('apply-failed', `${failure.message}. Applied: ${names(true)}. Not applied: ${names(false)}`, {
    hint: failure.hint,
    cause: failure,
  });
}

/** By our stamp, since controllers write to objects too. Namespaces have none, and an older run of the same commit may have left the same. */
async function isApplied({ target, live }: PlannedChange, { api, plan }: DeployContext): Promise<boolean> {
  const now = await getObject(api, target.path, `read ${target.path}`);
  const isOther = textAt(now, 'metadata', 'resourceVersion') !== textAt(live, 'metadata', 'resourceVersion');
  return now !== undefined && isOther && (target.object.kind === 'Namespace' || hasStamp(now, plan.origin));
}
