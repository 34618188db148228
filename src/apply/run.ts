import { DeployError } from '../errors.ts';
import { getObject } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import { textAt } from '../values/json.ts';
import { formatWorkload, sameWorkload } from '../values/workload.ts';
import type { PlannedApply } from './check.ts';
import { changesTemplate, type PlannedChange } from './change.ts';
import { applyCommand, restartCommand, setImageCommand } from './commands.ts';
import { handOverFields } from './hand-over.ts';
import { inApplyOrder } from './order.ts';
import { workloadOf, type Restart } from './restart.ts';
import { runChange, type ApplyContext } from './run-change.ts';
import type { ImageChange } from './set-image.ts';

/**
 * Does what was planned: hands over fields, applies what will change (namespaces and configuration first), sets images, restarts.
 * Returns the plan as it was carried out. Throws `apply-failed` that says what was and what was not applied.
 */
export async function applyChanges(planned: PlannedApply, context: ApplyContext): Promise<PlannedApply> {
  const changes = await handOverFields(planned.changes, context);
  const changing = inApplyOrder(
    changes.filter((change) => change.kind !== 'unchanged'),
    (change) => change.target.manifest.object,
  );
  const restarts = planned.restarts.filter((restart) => !getsNewRevision(restart, changes));
  try {
    if (changing.length > 0) {
      await apply(changing, context);
    }
    await setImages(planned.images, context);
    await restartAll(restarts, context);
  } catch (error) {
    throw withDueRestarts(error, restarts);
  }
  return { ...planned, changes, restarts };
}

async function setImages(changes: readonly ImageChange[], context: ApplyContext): Promise<void> {
  for (const change of changes.filter(({ images }) => images.length > 0)) {
    await runChange(setImageCommand(context.kubectl, change), formatWorkload(change.workload), context);
  }
}

async function restartAll(restarts: readonly Restart[], context: ApplyContext): Promise<void> {
  for (const [namespace, group] of Map.groupBy(restarts, ({ workload }) => workload.namespace)) {
    const why = group.map(({ workload, reason }) => `${formatWorkload(workload)}: ${reason}`).join(', ');
    const workloads = group.map(({ workload }) => workload);
    await runChange(restartCommand(context.kubectl, namespace, workloads), why, context);
  }
}

/** The next run sees what was applied as unchanged: a restart that did not happen has to be asked for. */
function withDueRestarts(error: unknown, restarts: readonly Restart[]): unknown {
  if (!(error instanceof DeployError) || restarts.length === 0) {
    return error;
  }
  const names = restarts.map(({ workload }) => formatWorkload(workload)).join(', ');
  const due = `Not restarted: ${names}. The next run does not know of it; name it there in the input restart.`;
  return new DeployError(error.code, error.message, {
    hint: [error.hint, due].filter(Boolean).join(' '),
    problems: error.problems,
    cause: error,
  });
}

function getsNewRevision(restart: Restart, changes: readonly PlannedChange[]): boolean {
  return changes.some((change) => {
    const workload = workloadOf(change);
    return workload !== undefined && sameWorkload(workload, restart.workload) && changesTemplate(change);
  });
}

async function apply(changing: readonly PlannedChange[], context: ApplyContext): Promise<void> {
  const yaml = changing.map((change) => change.target.manifest.toText()).join('---\n');
  const subject = changing.map((change) => describeObject(change.target.manifest.object)).join(', ');
  try {
    await runChange(applyCommand(context.kubectl, yaml), subject, context);
  } catch (error) {
    throw error instanceof DeployError && error.code === 'apply-failed'
      ? await partialFailure(error, changing, context).catch(() => error)
      : error;
  }
}

/** kubectl goes on with the next object after one fails: which were applied is read from the cluster. */
async function partialFailure(
  failure: DeployError,
  changing: readonly PlannedChange[],
  context: ApplyContext,
): Promise<DeployError> {
  const states = await Promise.all(
    changing.map(async (change) => {
      const now = await getObject(context.api, change.target.path, `read ${change.target.path}`);
      const isApplied =
        now !== undefined &&
        textAt(now, 'metadata', 'resourceVersion') !== textAt(change.live, 'metadata', 'resourceVersion');
      return { name: describeObject(change.target.manifest.object), isApplied };
    }),
  );
  const names = (isApplied: boolean): string =>
    states
      .filter((state) => state.isApplied === isApplied)
      .map((state) => state.name)
      .join(', ') || 'nothing';
  return new DeployError('apply-failed', `${failure.message}. Applied: ${names(true)}. Not applied: ${names(false)}`, {
    hint: failure.hint,
    cause: failure,
  });
}
