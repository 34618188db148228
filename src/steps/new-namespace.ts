import type { Manifest } from '../kube/manifest.ts';

/** The namespace that `create-namespace` asks for, as if it stood among the manifests. */
export function namespaceManifest(name: string): Manifest {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const manifest: Manifest = {
    file: 'create-namespace',
    object,
    lineOf: () => undefined,
    edited: () => manifest,
    toText: () => `${JSON.stringify(object)}\n`,
  };
  return manifest;
}
