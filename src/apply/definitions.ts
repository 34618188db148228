import type { ApiResource } from '../kube/discovery.ts';
import type { KubeObject } from '../kube/object.ts';
import { objectsAt, textAt } from '../values/json.ts';

export function isDefinition({ apiVersion, kind }: KubeObject): boolean {
  return kind === 'CustomResourceDefinition' && apiVersion.startsWith('apiextensions.k8s.io/');
}

/** The kinds that a CustomResourceDefinition brings, one for each version that is served; none from any other object. */
export function resourcesDefinedBy(object: KubeObject): readonly ApiResource[] {
  const group = textAt(object, 'spec', 'group');
  const kind = textAt(object, 'spec', 'names', 'kind');
  const name = textAt(object, 'spec', 'names', 'plural');
  if (!isDefinition(object) || group === undefined || kind === undefined || name === undefined) {
    return [];
  }
  const namespaced = textAt(object, 'spec', 'scope') === 'Namespaced';
  return objectsAt(object, 'spec', 'versions')
    .filter((version) => version['served'] === true)
    .flatMap((version) => {
      const versionName = textAt(version, 'name');
      return versionName === undefined ? [] : [{ apiVersion: `${group}/${versionName}`, kind, name, namespaced }];
    });
}
