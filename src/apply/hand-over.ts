import { join } from 'node:path';
import { getObject } from '../kube/api.ts';
import { insist } from '../kube/change.ts';
import { describeObject } from '../kube/object.ts';
import { resourceArgument } from '../kube/target.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { planChange, type PlannedChange } from './change.ts';
import { takeoverCommand } from './commands.ts';
import { dryRun, failureOfDryRun } from './dry-run.ts';
import { readLive } from './live.ts';
import { inParallel } from '../kube/parallel.ts';
import type { ChangeContext } from '../kube/change.ts';
import { runChange, type DeployContext } from './run-change.ts';
import { planTakeover, type Takeover } from './takeover.ts';

/** A kubectl each: more of them only wait for one another. */
const PATCHES_AT_ONCE = 4;

/** True when an object has fields of kubectl's own managers, even if its values are all as they should be. */
function needsHandOver(change: PlannedChange): boolean {
  return takeoverOf(change) !== undefined;
}

/**
 * Hands over the fields of the objects that need it, and asks the server again what applying them will do: a field that is not in the
 * manifest leaves the object only now. Returns all changes, those renewed.
 */
export async function handOverFields(
  changes: readonly PlannedChange[],
  context: DeployContext,
): Promise<readonly PlannedChange[]> {
  const taken = changes.filter(needsHandOver);
  await inParallel(taken, PATCHES_AT_ONCE, async (change) => handOver(change, context));
  if (taken.length === 0) {
    return changes;
  }
  const read = await readLive(
    taken.map((change) => change.target),
    context.api,
  );
  const { forceConflicts } = context.plan;
  const again = await dryRun(read.found, { api: context.api, forceConflicts, jobPolicy: () => 'fail' });
  const failure = failureOfDryRun([...read.findings, ...again.findings]);
  if (failure !== undefined) {
    throw failure;
  }
  return changes.map((change) => {
    const renewed = again.changes.find(({ target }) => target === change.target);
    return renewed === undefined ? change : planChange(change.target, change.live, renewed.desired);
  });
}

/** A controller may write the object's status between our read and our patch, which then is refused: read again, patch again. */
async function handOver(change: PlannedChange, context: ChangeContext): Promise<void> {
  let live: JsonObject | undefined = change.live;
  await insist(async () => {
    const current = live ?? (await getObject(context.api, change.target.path, `read ${change.target.path}`));
    live = undefined;
    await patchManagedFields({ ...change, live: current }, context);
  }, context.ports);
}

async function patchManagedFields(change: PlannedChange, context: ChangeContext): Promise<void> {
  const takeover = takeoverOf(change);
  const version = textAt(change.live, 'metadata', 'resourceVersion');
  if (takeover === undefined || version === undefined) {
    return;
  }
  const { target } = change;
  const { name } = target.object.metadata;
  const patchFile = join(context.folder, `hand-over-${target.namespace ?? ''}-${target.resource.name}-${name}.json`);
  const patch = [
    { op: 'replace', path: '/metadata/managedFields', value: takeover.managedFields },
    { op: 'replace', path: '/metadata/resourceVersion', value: version },
  ];
  await context.ports.files.writePrivate(patchFile, JSON.stringify(patch));
  const subject = `fields of ${takeover.from.join(', ')} in ${describeObject(target.object)} go over to k8s-deploy`;
  const command = takeoverCommand(
    context.kubectl,
    resourceArgument(target.resource, name),
    target.namespace,
    patchFile,
  );
  await runChange(command, subject, context);
}

function takeoverOf(change: PlannedChange): Takeover | undefined {
  return change.live === undefined || change.desired === undefined
    ? undefined
    : planTakeover(change.live, change.desired);
}
