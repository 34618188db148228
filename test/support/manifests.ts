import { resourcePath, type ApiResource } from '../../src/kube/discovery.ts';
import type { Manifest } from '../../src/kube/manifest.ts';
import type { Target } from '../../src/kube/target.ts';
import type { RenderPlan } from '../../src/plan/slices.ts';
import { renderManifests } from '../../src/render/run.ts';
import type { RenderTools } from '../../src/render/tools.ts';
import { fakePorts } from './fake-ports.ts';
import { memoryFiles } from './memory-files.ts';

/** The objects of one YAML text, read as the action reads them; the file is called `k8s/app.yaml`. */
export async function manifestsOf(yaml: string): Promise<readonly Manifest[]> {
  const plan = renderPlanOf({ manifests: ['k8s/app.yaml'] });
  const files = memoryFiles({ '/checkout/app/k8s/app.yaml': yaml });
  return (await renderManifests(plan, NO_TOOLS, fakePorts({ files }))).manifests;
}

/** A plan of the checkout /checkout/app that is empty but for what is given. */
export function renderPlanOf(given: Partial<RenderPlan>): RenderPlan {
  return {
    workspace: '/checkout/app',
    manifests: [],
    preDeploy: [],
    vars: [],
    helmValues: [],
    helmRelease: undefined,
    imagePaths: [],
    renderTo: undefined,
    folder: '/private/render',
    ...given,
  };
}

const NO_TOOLS: RenderTools = { kubectl: undefined, helm: undefined, serverVersion: undefined, namespace: 'shop' };

export async function manifestOf(yaml: string): Promise<Manifest> {
  const [manifest, ...more] = await manifestsOf(yaml);
  if (manifest === undefined || more.length > 0) {
    throw new Error('one object was expected');
  }
  return manifest;
}

const PLURALS: Readonly<Record<string, string>> = { Ingress: 'ingresses' };

/** A manifest in its place; only Namespaces have none of their own. */
export function targetOf(manifest: Manifest, namespace = 'shop'): Target {
  const { apiVersion, kind, metadata } = manifest.object;
  const namespaced = kind !== 'Namespace';
  const resource: ApiResource = { apiVersion, kind, name: PLURALS[kind] ?? `${kind.toLowerCase()}s`, namespaced };
  const place = namespaced ? namespace : undefined;
  return {
    manifest,
    object: manifest.object,
    resource,
    namespace: place,
    path: resourcePath(resource, place, metadata.name),
  };
}
