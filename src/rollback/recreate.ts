import { join } from 'node:path';
import { getObject } from '../kube/api.ts';
import { objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import type { ChangeContext } from '../kube/change.ts';
import { change, tolerate } from './change.ts';
import { cleaned } from './cleaned.ts';
import { createCommand, deleteCommand, patchCommand } from './commands.ts';
import type { Ending } from './ending.ts';
import type { Snapshot } from './snapshot.ts';
import { isCreatedBy } from './verdict.ts';
import type { Changed } from './views.ts';

const LONGEST_WAIT_MILLISECONDS = 10_000;
const PAUSE_MILLISECONDS = 500;

/** Creates an object again that the run has pruned, or a Job that it has replaced. */
export async function recreate(touched: Changed, run: Snapshot, context: ChangeContext): Promise<Ending> {
  const live = await untilGone(touched, uidOf(touched.before), context);
  if (live !== undefined && uidOf(live) === uidOf(touched.before)) {
    return isTerminating(live) ? { kind: 'left', why: 'it is still being deleted' } : { kind: 'untouched' };
  }
  if (['PersistentVolume', 'PersistentVolumeClaim'].includes(touched.resource.kind)) {
    return { kind: 'left', why: 'it is deleted, and creating it again would not bring its data back' };
  }
  const isFinished = isFinishedJob(touched.before);
  if (live !== undefined) {
    if (touched.resource.kind !== 'Job' || !isCreatedBy(run, touched, live)) {
      return { kind: 'left', why: 'there is another object of that name now' };
    }
    if (!isFinished || !isFinishedJob(live)) {
      await change(deleteCommand(context.kubectl, touched), `${touched.name}, created by this run`, context);
      await untilGone(touched, uidOf(live), context);
    }
  }
  if (isFinished) {
    return { kind: 'left', why: 'it had finished before, and is not run again' };
  }
  await change(createCommand(context.kubectl, cleaned(touched.before)), `${touched.name} as it was before`, context);
  await tolerate(
    async () => restoreOwners(touched, context),
    `${touched.name} is as it was, but all of its fields are kubectl's now`,
    context,
  );
  return { kind: 'restored' };
}

/** Everybody owns again what they owned; otherwise the next deploy would remove what others have set, such as replicas. */
async function restoreOwners(touched: Changed, context: ChangeContext): Promise<void> {
  const { resource, objectName, before, name } = touched;
  const entries = objectsAt(before, 'metadata', 'managedFields').filter(({ subresource }) => subresource !== 'status');
  if (entries.length === 0) {
    return;
  }
  const patchFile = join(context.folder, `owners-${resource.name}-${objectName}.json`);
  const patch = [{ op: 'replace', path: '/metadata/managedFields', value: entries }];
  await context.ports.files.writePrivate(patchFile, JSON.stringify(patch));
  await change(patchCommand(context.kubectl, touched, patchFile), `owners of the fields of ${name}`, context);
}

/** Waits for an object that is going away; the object that is there then. */
async function untilGone(
  { path, name }: Changed,
  uid: string | undefined,
  { api, ports }: ChangeContext,
): Promise<JsonObject | undefined> {
  const end = ports.clock.elapsed() + LONGEST_WAIT_MILLISECONDS;
  for (;;) {
    const live = await getObject(api, path, `read ${name}`);
    if (live === undefined || uidOf(live) !== uid || !isTerminating(live) || ports.clock.elapsed() >= end) {
      return live;
    }
    ports.assertNotCancelled();
    await ports.clock.sleep(PAUSE_MILLISECONDS);
  }
}

function isFinishedJob(object: JsonObject): boolean {
  return (
    object['kind'] === 'Job' &&
    objectsAt(object, 'status', 'conditions').some(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    )
  );
}

function isTerminating(object: JsonObject): boolean {
  return valueAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}

function uidOf(object: JsonObject): string | undefined {
  return textAt(object, 'metadata', 'uid');
}
