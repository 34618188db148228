import { getObject } from '../kube/api.ts';
import type { ChangeContext } from '../kube/change.ts';
import { change } from './change.ts';
import { deleteCommand } from './commands.ts';
import type { Ending } from './ending.ts';
import type { Snapshot, Touched } from './snapshot.ts';
import { isCreatedBy, whoChanged } from './verdict.ts';

/** Deleting one of these deletes data, or objects that were never this run's. */
const HOLDS_DATA = ['CustomResourceDefinition', 'Namespace', 'PersistentVolume', 'PersistentVolumeClaim'];

/** Deletes an object that the run has created. */
export async function deleteCreated(touched: Touched, run: Snapshot, context: ChangeContext): Promise<Ending> {
  const live = await getObject(context.api, touched.path, `read ${touched.name}`);
  if (live === undefined) {
    return { kind: 'untouched' };
  }
  if (!isCreatedBy(run, touched, live)) {
    return { kind: 'left', why: whoChanged({}, live) };
  }
  if (HOLDS_DATA.includes(touched.resource.kind)) {
    return { kind: 'left', why: 'this run has created it, and data may be lost with it' };
  }
  await change(deleteCommand(context.kubectl, touched), `${touched.name}, created by this run`, context);
  return { kind: 'deleted' };
}
