import type { KubeApi } from '../kube/api.ts';
import { FIELD_MANAGER } from '../kube/field-managers.ts';
import { isEmpty } from '../kube/field-tree.ts';
import { withoutFields } from '../kube/field-values.ts';
import type { Target } from '../kube/target.ts';
import { isJsonObject, valueAt, type JsonObject } from '../values/json.ts';
import { leavingFields } from './leaving.ts';

/**
 * The object as it will be when kubectl's fields have gone over to us: the dry run of an apply cannot know what leaves then. So the
 * server is asked to leave it out, and puts back what is a default. Without an answer it is as the first dry run has it.
 */
export async function foreseeHandOver(
  target: Target,
  live: JsonObject | undefined,
  desired: JsonObject,
  api: KubeApi,
): Promise<JsonObject> {
  const leaving = live === undefined ? {} : leavingFields(live, desired);
  if (isEmpty(leaving)) {
    return desired;
  }
  const patch = patchTo(withoutFields(desired, leaving), live ?? {});
  const answer = await api.request({
    method: 'PATCH',
    path: `${target.path}?dryRun=All&fieldManager=${FIELD_MANAGER}`,
    headers: { 'content-type': 'application/json-patch+json' },
    body: JSON.stringify(patch),
  });
  if (answer.status >= 300 || !isJsonObject(answer.body)) {
    return desired;
  }
  const managedFields = valueAt(desired, 'metadata', 'managedFields');
  const metadata = isJsonObject(answer.body['metadata']) ? answer.body['metadata'] : {};
  return { ...answer.body, metadata: { ...metadata, managedFields } };
}

const METADATA_TO_COMPARE = ['labels', 'annotations', 'finalizers', 'ownerReferences'];

/** What makes the live object the wanted one, but for its status and for what only the server writes. */
function patchTo(wanted: JsonObject, live: JsonObject): readonly JsonObject[] {
  const { metadata, status: _status, ...others } = wanted;
  const { metadata: liveMetadata, status: _liveStatus, ...liveOthers } = live;
  return [
    ...operations(others, liveOthers, '', Object.keys({ ...others, ...liveOthers })),
    ...operations(metadata, liveMetadata, '/metadata', METADATA_TO_COMPARE),
  ];
}

function operations(wanted: unknown, live: unknown, path: string, keys: readonly string[]): readonly JsonObject[] {
  return keys.flatMap((key): readonly JsonObject[] => {
    const value = valueAt(wanted, key);
    if (value !== undefined) {
      return [{ op: 'add', path: `${path}/${key}`, value }];
    }
    return valueAt(live, key) === undefined ? [] : [{ op: 'remove', path: `${path}/${key}` }];
  });
}
