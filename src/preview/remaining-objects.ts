import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { textsAt } from './address.ts';

const MOST_KINDS = 5;
const MOST_OBJECTS = 5;

/** What the namespace controller writes of each kind that is left: "configmaps. has 1 resource instances", "widgets.example.com has 2 …". */
const REMAINING = /([a-z0-9-]+)\.([a-z0-9.-]*) has \d+ resource instances/g;

/**
 * The objects that keep a namespace from going away, a few of each kind: "configmaps/held (example.com/hold)". Empty where they may not be
 * listed, or the namespace does not tell of any. Throws `cancelled` only.
 */
export async function remainingObjects(namespace: JsonObject, api: KubeApi): Promise<readonly string[]> {
  const message = objectsAt(namespace, 'status', 'conditions')
    .filter((condition) => textAt(condition, 'type') === 'NamespaceContentRemaining')
    .map((condition) => textAt(condition, 'message') ?? '')
    .join(' ');
  const kinds = [...message.matchAll(REMAINING)].slice(0, MOST_KINDS);
  const name = textAt(namespace, 'metadata', 'name') ?? '';
  const objects = await Promise.all(kinds.map(async ([, kind = '', group = '']) => listed(kind, group, name, api)));
  return objects.flat();
}

async function listed(kind: string, group: string, namespace: string, api: KubeApi): Promise<readonly string[]> {
  try {
    const version = group === '' ? 'v1' : await preferredVersion(group, api);
    const root = group === '' ? '/api/v1' : `/apis/${version ?? ''}`;
    const path = `${root}/namespaces/${encodeURIComponent(namespace)}/${kind}?limit=${MOST_OBJECTS}`;
    const answer = await api.request({ method: 'GET', path });
    return objectsAt(answer.body, 'items').map((object) => {
      const finalizers = textsAt(object, 'metadata', 'finalizers');
      const held = finalizers.length === 0 ? '' : ` (${finalizers.join(', ')})`;
      return `${kind}${group === '' ? '' : `.${group}`}/${textAt(object, 'metadata', 'name') ?? ''}${held}`;
    });
  } catch (error) {
    if (error instanceof DeployError && error.code !== 'cancelled') {
      return [];
    }
    throw error;
  }
}

/** "example.com/v1" */
async function preferredVersion(group: string, api: KubeApi): Promise<string | undefined> {
  const { body } = await api.request({ method: 'GET', path: `/apis/${encodeURIComponent(group)}` });
  return textAt(body, 'preferredVersion', 'groupVersion');
}
