import type { ApiResource } from './discovery.ts';
import type { Manifest } from './manifest.ts';
import { groupOf, type KubeObject } from './object.ts';

/** One object of the manifests and the place in the API that it is about. */
export type Target = {
  /** What the user wrote, and where. */
  readonly manifest: Manifest;
  /** What is sent to the cluster: the manifest's object with its namespace, and whatever else this action puts in. */
  readonly object: KubeObject;
  readonly resource: ApiResource;
  /** Undefined for a kind that is in no namespace. */
  readonly namespace: string | undefined;
  /** URL path of the object. */
  readonly path: string;
};

/** `deployments.apps/server`: how kubectl is told of one object, unambiguous even when two groups have the kind. */
export function resourceArgument(resource: ApiResource, name: string): string {
  const group = groupOf(resource.apiVersion);
  const suffix = group === '' ? '' : `.${group}`;
  return `${resource.name}${suffix}/${name}`;
}
