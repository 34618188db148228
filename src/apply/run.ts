import { DeployError } from '../errors.ts';
import { describeObject } from '../kube/object.ts';
import type { Command } from '../ports.ts';
import { formatWorkload, sameWorkload } from '../values/workload.ts';
import type { PlannedApply } from './check.ts';
import { changesTemplate, type PlannedChange } from './change.ts';
import { applyCommand } from '../kube/server-side-apply.ts';
import { deleteCommand, restartCommand, setImageCommand } from './commands.ts';
import { isDefinition } from './definitions.ts';
import { waitUntilEstablished } from './established.ts';
import { handOverFields } from './hand-over.ts';
import type { Batch } from './order.ts';
import { tellWhatIsApplied } from './partial-failure.ts';
import { workloadOf, type Restart } from './restart.ts';
import { duePer, unmarkCommands } from './restart-due.ts';
import type { ChangeContext } from '../kube/change.ts';
import { runChange, type DeployContext } from './run-change.ts';
import type { ImageChange } from './set-image.ts';
import { stamped } from './stamp.ts';

/**
 * Before the first batch: hands the fields of kubectl's own managers over to us, and asks anew what applying does. Returns the plan as it
 * will be carried out.
 */
export async function prepareChanges(planned: PlannedApply, context: DeployContext): Promise<PlannedApply> {
  const changes = await handOverFields(planned.changes, context);
  const preDeploy = await handOverFields(planned.preDeploy, context);
  const restarts = planned.restarts.filter((restart) => !getsNewRevision(restart, changes));
  return { ...planned, changes, preDeploy, restarts };
}

/**
 * Applies what changes of one batch; of a Job that is replaced the old one goes first, and definitions are served before anything else is
 * applied. Throws `apply-failed` that says what of the whole plan was and was not applied.
 */
export async function applyBatch(batch: Batch, planned: PlannedApply, context: DeployContext): Promise<void> {
  const changing = batch.changes.filter((change) => change.kind !== 'unchanged');
  const first = changing.filter(isBeforeDefinitions);
  const definitions = first.filter(({ target }) => isDefinition(target.object));
  try {
    if (definitions.length > 0) {
      await apply(first, planned, context);
      await waitUntilEstablished(definitions, context);
    }
    await apply(
      definitions.length > 0 ? changing.filter((change) => !first.includes(change)) : changing,
      planned,
      context,
    );
  } catch (error) {
    const failure = await tellWhatIsApplied(error, [...planned.preDeploy, ...planned.changes], context);
    throw withDueRestarts(failure, planned.restarts);
  }
}

/** After the last batch: sets images, restarts, and takes away the marks of the restarts that are done. */
export async function finishChanges(planned: PlannedApply, context: ChangeContext): Promise<void> {
  try {
    await setImages(planned.images, context);
    await restartAll(planned.restarts, context);
  } catch (error) {
    throw withDueRestarts(error, planned.restarts);
  }
  for (const command of unmarkCommands(context.kubectl, planned.changes, planned)) {
    await unmark(command, context);
  }
}

/** The restarts are done: a mark that stays costs the next run a restart, and this one nothing. */
async function unmark(command: Command, context: ChangeContext): Promise<void> {
  try {
    await runChange(command, 'nothing has to be restarted any more', context);
  } catch (error) {
    if (!(error instanceof DeployError) || error.code !== 'apply-failed') {
      throw error;
    }
    context.ports.notify({ kind: 'warning', text: `${error.message}; the next run restarts once more` });
  }
}

function isBeforeDefinitions({ target }: PlannedChange): boolean {
  return target.object.kind === 'Namespace' || isDefinition(target.object);
}

async function apply(
  changing: readonly PlannedChange[],
  { owed }: PlannedApply,
  context: DeployContext,
): Promise<void> {
  for (const change of changing.filter(({ kind }) => kind === 'replaced')) {
    const subject = `${describeObject(change.target.object)} is created anew`;
    await runChange(deleteCommand(context.kubectl, change.target), subject, context);
  }
  if (changing.length > 0) {
    const { kubectl, plan } = context;
    const stamp = { origin: plan.origin, images: context.images };
    const objects = changing.map((change) => stamped(change.target.object, stamp, duePer(change, owed)));
    await runChange(
      applyCommand(kubectl, objects, plan.forceConflicts),
      objects.map(describeObject).join(', '),
      context,
    );
  }
}

async function setImages(changes: readonly ImageChange[], context: ChangeContext): Promise<void> {
  for (const change of changes.filter(({ images }) => images.length > 0)) {
    await runChange(setImageCommand(context.kubectl, change), formatWorkload(change.workload), context);
  }
}

async function restartAll(restarts: readonly Restart[], context: ChangeContext): Promise<void> {
  for (const [namespace, group] of Map.groupBy(restarts, ({ workload }) => workload.namespace)) {
    const why = group.map(({ workload, reason }) => `${formatWorkload(workload)}: ${reason}`).join(', ');
    const workloads = group.map(({ workload }) => workload);
    await runChange(restartCommand(context.kubectl, namespace, workloads), why, context);
  }
}

/** What made a restart due is marked with it, or not applied yet: the next run finds it out again. */
function withDueRestarts(error: unknown, restarts: readonly Restart[]): unknown {
  if (!(error instanceof DeployError) || restarts.length === 0) {
    return error;
  }
  const names = restarts.map(({ workload }) => formatWorkload(workload)).join(', ');
  const due = `Not restarted yet: ${names}. The next run does that.`;
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
