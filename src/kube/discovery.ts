import { objectsAt, textAt } from '../values/json.ts';
import { failureOfAnswer, type KubeApi } from './api.ts';

/** How a kind is addressed in the API. */
export type ApiResource = {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural, as in the URL. */
  readonly name: string;
  readonly namespaced: boolean;
};

/** Looks kinds up, asking the server once per apiVersion. Undefined for a kind the server does not know. */
export type Discovery = (apiVersion: string, kind: string) => Promise<ApiResource | undefined>;

export function createDiscovery(api: KubeApi): Discovery {
  const lists = new Map<string, Promise<readonly ApiResource[]>>();
  return async (apiVersion, kind) => {
    const known = lists.get(apiVersion) ?? listResources(api, apiVersion);
    lists.set(apiVersion, known);
    return (await known).find((resource) => resource.kind === kind);
  };
}

async function listResources(api: KubeApi, apiVersion: string): Promise<readonly ApiResource[]> {
  const answer = await api.request({ method: 'GET', path: groupPath(apiVersion) });
  if (answer.status === 404) {
    return [];
  }
  if (answer.status >= 300) {
    throw failureOfAnswer(answer, `discover the kinds of ${apiVersion}`);
  }
  return objectsAt(answer.body, 'resources').flatMap((resource) => {
    const name = textAt(resource, 'name') ?? '';
    const isSubresource = name.includes('/');
    return isSubresource
      ? []
      : [{ apiVersion, kind: textAt(resource, 'kind') ?? '', name, namespaced: resource['namespaced'] === true }];
  });
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The URL path of one object, or of the collection when `name` is left out. */
export function resourcePath(resource: ApiResource, namespace: string | undefined, name?: string): string {
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const end = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${groupPath(resource.apiVersion)}${scope}/${resource.name}${end}`;
}
