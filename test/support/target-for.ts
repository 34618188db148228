import { parse } from 'yaml';
import { resourcePath, type ApiResource } from '../../src/kube/discovery.ts';
import type { Manifest } from '../../src/kube/manifest.ts';
import { isKubeObject, type KubeObject } from '../../src/kube/object.ts';
import type { Target } from '../../src/kube/target.ts';

const NO_NAMESPACE = ['Namespace', 'ClusterRole', 'CustomResourceDefinition'];

/** One object as YAML in its place, without the way through files. What is done with the manifest's own text is not in it. */
export function targetFor(yaml: string, namespace = 'shop'): Target {
  const object: unknown = parse(yaml);
  if (!isKubeObject(object)) {
    throw new Error('one object was expected');
  }
  const { apiVersion, kind, metadata } = object;
  const namespaced = !NO_NAMESPACE.includes(kind);
  const resource: ApiResource = { apiVersion, kind, name: pluralOf(kind), namespaced };
  const place = namespaced ? (metadata.namespace ?? namespace) : undefined;
  return {
    manifest: textless(object),
    object,
    resource,
    namespace: place,
    path: resourcePath(resource, place, metadata.name),
  };
}

function pluralOf(kind: string): string {
  return kind === 'Ingress' ? 'ingresses' : `${kind.toLowerCase()}s`;
}

function textless(object: KubeObject): Manifest {
  const manifest: Manifest = {
    file: 'k8s/app.yaml',
    object,
    lineOf: () => 1,
    edited: () => manifest,
    toText: () => JSON.stringify(object),
  };
  return manifest;
}
