import { failureOfAnswer, type KubeApi } from '../kube/api.ts';
import type { ApiResource, Discovery } from '../kube/discovery.ts';
import { objectsAt, textAt } from '../values/json.ts';

/** Finds a kind of which only the group is known: "" for the core. Undefined when no version of the group serves it. */
export type GroupDiscovery = (group: string, kind: string) => Promise<ApiResource | undefined>;

/** Asks the server once for each group; the version it prefers is looked at first. */
export function createGroupDiscovery(api: KubeApi, discover: Discovery): GroupDiscovery {
  const versions = new Map<string, Promise<readonly string[]>>();
  return async (group, kind) => {
    const known = versions.get(group) ?? versionsOf(group, api);
    versions.set(group, known);
    for (const apiVersion of await known) {
      const resource = await discover(apiVersion, kind);
      if (resource !== undefined) {
        return resource;
      }
    }
    return undefined;
  };
}

async function versionsOf(group: string, api: KubeApi): Promise<readonly string[]> {
  if (group === '') {
    return ['v1'];
  }
  const answer = await api.request({ method: 'GET', path: `/apis/${encodeURIComponent(group)}` });
  if (answer.status === 404) {
    return [];
  }
  if (answer.status >= 300) {
    throw failureOfAnswer(answer, `discover the versions of ${group}`);
  }
  const preferred = textAt(answer.body, 'preferredVersion', 'groupVersion');
  const all = objectsAt(answer.body, 'versions').map((version) => textAt(version, 'groupVersion'));
  return [...new Set([preferred, ...all])].filter((version) => version !== undefined);
}
