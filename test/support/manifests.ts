import type { ApplyTarget } from '../../src/apply/targets.ts';
import { resourcePath, type ApiResource } from '../../src/kube/discovery.ts';
import type { Manifest } from '../../src/kube/manifest.ts';
import { renderManifests } from '../../src/render/run.ts';
import { memoryFiles } from './memory-files.ts';

/** The objects of one YAML text, read as the action reads them; the file is called `k8s/app.yaml`. */
export async function manifestsOf(yaml: string): Promise<readonly Manifest[]> {
  const plan = { workspace: '/checkout/app', manifests: ['k8s/app.yaml'], vars: [] };
  return (await renderManifests(plan, memoryFiles({ '/checkout/app/k8s/app.yaml': yaml }))).manifests;
}

export async function manifestOf(yaml: string): Promise<Manifest> {
  const [manifest, ...more] = await manifestsOf(yaml);
  if (manifest === undefined || more.length > 0) {
    throw new Error('one object was expected');
  }
  return manifest;
}

const PLURALS: Readonly<Record<string, string>> = { Ingress: 'ingresses' };

/** A manifest in its place; only Namespaces have none of their own. */
export function targetOf(manifest: Manifest, namespace = 'shop'): ApplyTarget {
  const { apiVersion, kind, metadata } = manifest.object;
  const namespaced = kind !== 'Namespace';
  const resource: ApiResource = { apiVersion, kind, name: PLURALS[kind] ?? `${kind.toLowerCase()}s`, namespaced };
  const place = namespaced ? namespace : undefined;
  return { manifest, resource, namespace: place, path: resourcePath(resource, place, metadata.name) };
}
