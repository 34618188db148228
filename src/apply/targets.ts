import type { Problem } from '../errors.ts';
import { resourcePath, type ApiResource, type Discovery } from '../kube/discovery.ts';
import type { Manifest } from '../kube/manifest.ts';

/** A manifest and the place in the API that it is about. Its namespace is written into the manifest. */
export type ApplyTarget = {
  readonly manifest: Manifest;
  readonly resource: ApiResource;
  readonly namespace: string | undefined;
  /** URL path of the object. */
  readonly path: string;
};

export type Targets = { readonly targets: readonly ApplyTarget[]; readonly problems: readonly Problem[] };

/** Finds where each manifest belongs; objects of namespaced kinds that name no namespace get the default. A kind the server does not know is a problem. */
export async function findTargets(
  manifests: readonly Manifest[],
  defaultNamespace: string,
  discover: Discovery,
): Promise<Targets> {
  const found = await Promise.all(
    manifests.map(async (manifest): Promise<ApplyTarget | Problem> => {
      const { apiVersion, kind, metadata } = manifest.object;
      const resource = await discover(apiVersion, kind);
      if (resource === undefined) {
        return unknownKind(manifest);
      }
      const namespace = resource.namespaced ? (metadata.namespace ?? defaultNamespace) : undefined;
      return {
        manifest: withNamespace(manifest, namespace),
        resource,
        namespace,
        path: resourcePath(resource, namespace, metadata.name),
      };
    }),
  );
  return {
    targets: found.filter((item): item is ApplyTarget => 'manifest' in item),
    problems: found.filter((item): item is Problem => 'message' in item),
  };
}

function withNamespace(manifest: Manifest, namespace: string | undefined): Manifest {
  const isNamed = namespace === undefined || manifest.object.metadata.namespace === namespace;
  return isNamed ? manifest : manifest.edited([{ path: ['metadata', 'namespace'], value: namespace }]);
}

function unknownKind(manifest: Manifest): Problem {
  const { apiVersion, kind } = manifest.object;
  return {
    message: `the cluster knows no kind ${kind} in ${apiVersion}`,
    hint: 'Check apiVersion and kind; a custom resource needs its definition installed first.',
    file: manifest.file,
    line: manifest.lineOf(['kind']),
  };
}
