import { DeployError } from '../errors.ts';
import { getObject } from '../kube/api.ts';
import { changeQuietly } from '../kube/change.ts';
import { textAt } from '../values/json.ts';
import type { PrunedObject } from './prune.ts';
import { deleteCommand } from './prune-commands.ts';
import { keptByState } from './prune-rules.ts';
import type { ChangeContext } from '../kube/change.ts';

/**
 * Deletes what was planned, one after the other, each announced. Each is looked at once more before: minutes may have passed. What is gone,
 * was made anew, or belongs to somebody else by now is left alone, with a note. Returns what was deleted; throws `apply-failed` at the
 * first that cannot be. The inventory must not be narrowed then.
 */
export async function pruneObjects(
  pruned: readonly PrunedObject[],
  repository: string,
  context: ChangeContext,
): Promise<readonly PrunedObject[]> {
  const deleted: PrunedObject[] = [];
  for (const object of pruned) {
    const kept = (await whyLeftAlone(object, repository, context)) ?? (await deleteOne(object, context));
    if (kept === undefined) {
      deleted.push(object);
    }
    const text = kept === undefined ? `${object.describe} deleted` : `${object.describe} is not deleted: ${kept}`;
    context.ports.notify({ kind: 'note', text });
  }
  return deleted;
}

const GONE = 'it is gone already';
const MADE_ANEW = 'it was made anew meanwhile';

async function whyLeftAlone(
  { path, live, describe }: PrunedObject,
  repository: string,
  { api }: ChangeContext,
): Promise<string | undefined> {
  const now = await getObject(api, path, `read ${describe}`);
  if (now === undefined) {
    return GONE;
  }
  return textAt(now, 'metadata', 'uid') === textAt(live, 'metadata', 'uid') ? keptByState(now, repository) : MADE_ANEW;
}

/** Not by `runChange`, which shows what a command prints. Returns why the object was not deleted. */
async function deleteOne(object: PrunedObject, { kubectl, ports }: ChangeContext): Promise<string | undefined> {
  const command = deleteCommand(kubectl, object);
  const { exitCode, stderr, timedOut } = await changeQuietly(command, `${object.describe} left the manifests`, ports);
  if (exitCode === 0) {
    return undefined;
  }
  if (stderr.includes('(NotFound)')) {
    return GONE;
  }
  if (stderr.includes('(Conflict)')) {
    return MADE_ANEW;
  }
  const why = timedOut ? 'it did not end in time' : stderr.trim() || `exit code ${exitCode}`;
  throw new DeployError('apply-failed', `kubectl delete of ${object.describe} failed: ${why}`, {
    hint: 'Mend the cause and run the same commit again: what is not deleted yet is deleted then.',
  });
}
