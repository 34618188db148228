import type { Finding } from '../errors.ts';
import { resourcePath, type Discovery } from '../kube/discovery.ts';
import type { Manifest } from '../kube/manifest.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import { resourcesDefinedBy } from './definitions.ts';

export type Targets = { readonly targets: readonly Target[]; readonly findings: readonly Finding[] };

/**
 * Finds where each manifest belongs; objects of namespaced kinds that name no namespace get the default. A kind that neither the server
 * knows nor a definition of the same set brings is a finding.
 */
export async function findTargets(
  manifests: readonly Manifest[],
  defaultNamespace: string,
  discover: Discovery,
): Promise<Targets> {
  const defined = manifests.flatMap(({ object }) => resourcesDefinedBy(object));
  const found = await Promise.all(
    manifests.map(async (manifest): Promise<Target | Finding> => {
      const { apiVersion, kind, metadata } = manifest.object;
      const resource =
        (await discover(apiVersion, kind)) ?? defined.find((one) => one.apiVersion === apiVersion && one.kind === kind);
      if (resource === undefined) {
        return unknownKind(manifest);
      }
      const namespace = resource.namespaced ? (metadata.namespace ?? defaultNamespace) : undefined;
      const object = namespace === undefined ? manifest.object : inNamespace(manifest.object, namespace);
      return { manifest, object, resource, namespace, path: resourcePath(resource, namespace, metadata.name) };
    }),
  );
  return {
    targets: found.filter((item): item is Target => 'manifest' in item),
    findings: found.filter((item): item is Finding => 'problem' in item),
  };
}

function inNamespace(object: KubeObject, namespace: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function unknownKind(manifest: Manifest): Finding {
  const { apiVersion, kind } = manifest.object;
  const problem = {
    message: `the cluster knows no kind ${kind} in ${apiVersion}`,
    hint: 'Check apiVersion and kind; a custom resource needs its definition, in the cluster or in the manifests.',
    file: manifest.file,
    line: manifest.lineOf(['kind']),
  };
  return { code: 'manifest-rejected', problem };
}
