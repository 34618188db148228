import { join } from 'node:path';
import { DeployError } from '../errors.ts';
import { getObject } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import { textAt } from '../values/json.ts';
import { planChange, type PlannedChange } from './change.ts';
import { takeoverCommand } from './commands.ts';
import { dryRun, failureOfRefusals } from './dry-run.ts';
import { runChange, type ApplyContext } from './run-change.ts';
import { planTakeover, type Takeover } from './takeover.ts';
import type { ApplyTarget } from './targets.ts';

const MOST_ATTEMPTS = 5;

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
  context: ApplyContext,
): Promise<readonly PlannedChange[]> {
  const taken = changes.filter(needsHandOver);
  for (const change of taken) {
    await handOver(change, context);
  }
  if (taken.length === 0) {
    return changes;
  }
  const again = await dryRun(
    taken.map((change) => change.target),
    context.api,
  );
  const failure = failureOfRefusals(again.refusals, []);
  if (failure !== undefined) {
    throw failure;
  }
  return changes.map((change) => {
    const renewed = again.changes.find(({ target }) => target === change.target);
    return renewed === undefined ? change : planChange(change.target, change.live, renewed.desired);
  });
}

/** A controller may write the object's status between our read and our patch, which then is refused: read again, patch again. */
async function handOver(change: PlannedChange, context: ApplyContext): Promise<void> {
  let { live } = change;
  for (let attempt = 1; live !== undefined; attempt += 1) {
    try {
      return await patchManagedFields({ ...change, live }, context);
    } catch (error) {
      const isOutrun = error instanceof DeployError && error.message.includes('the object has been modified');
      if (!isOutrun || attempt === MOST_ATTEMPTS) {
        throw error;
      }
      context.ports.notify({ kind: 'note', text: 'it was changed by somebody else meanwhile: once more' });
      live = await getObject(context.api, change.target.path, `read ${change.target.path}`);
    }
  }
}

async function patchManagedFields(change: PlannedChange, context: ApplyContext): Promise<void> {
  const takeover = takeoverOf(change);
  const version = textAt(change.live, 'metadata', 'resourceVersion');
  if (takeover === undefined || version === undefined) {
    return;
  }
  const { target } = change;
  const patchFile = join(
    context.folder,
    `hand-over-${target.resource.name}-${target.manifest.object.metadata.name}.json`,
  );
  const patch = [
    { op: 'replace', path: '/metadata/managedFields', value: takeover.managedFields },
    { op: 'replace', path: '/metadata/resourceVersion', value: version },
  ];
  await context.ports.files.writePrivate(patchFile, JSON.stringify(patch));
  const subject = `fields of ${takeover.from.join(', ')} in ${describeObject(target.manifest.object)} go over to k8s-deploy`;
  const command = takeoverCommand(context.kubectl, resourceArgument(target), target.namespace, patchFile);
  await runChange(command, subject, context);
}

function takeoverOf(change: PlannedChange): Takeover | undefined {
  return change.live === undefined || change.desired === undefined
    ? undefined
    : planTakeover(change.live, change.desired);
}

/** `deployments.apps/server`: unambiguous even when two groups have the kind. */
function resourceArgument(target: ApplyTarget): string {
  const [group, version] = target.resource.apiVersion.split('/');
  const suffix = version === undefined ? '' : `.${group}`;
  return `${target.resource.name}${suffix}/${target.manifest.object.metadata.name}`;
}
