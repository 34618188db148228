import { isNode, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { resourcePath, type ApiResource } from '../../../src/kube/discovery.ts';
import type { FieldPath, Manifest } from '../../../src/kube/manifest.ts';
import { isKubeObject, type KubeObject } from '../../../src/kube/object.ts';
import type { Target } from '../../../src/kube/target.ts';

const NO_NAMESPACE = ['Namespace', 'PriorityClass', 'ClusterRole'];
const PLURALS: Readonly<Record<string, string>> = { PriorityClass: 'priorityclasses', Ingress: 'ingresses' };

/** The objects of one file `k8s/app.yaml` in their places, with the lines of its text. */
export function setOf(yaml: string, namespace = 'shop'): readonly Target[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(yaml, { lineCounter: lines });
  return [...documents].map((document) => {
    const object: unknown = document.toJS();
    if (!isKubeObject(object)) {
      throw new Error(`no object: ${JSON.stringify(object)}`);
    }
    return targetAt(manifestOf(object, document, lines), namespace);
  });
}

/** Paths of all of them: each changes. */
export function allOf(targets: readonly Target[]): ReadonlySet<string> {
  return new Set(targets.map(({ path }) => path));
}

function targetAt(manifest: Manifest, fallback: string): Target {
  const { apiVersion, kind, metadata } = manifest.object;
  const namespaced = !NO_NAMESPACE.includes(kind);
  const resource: ApiResource = { apiVersion, kind, name: PLURALS[kind] ?? `${kind.toLowerCase()}s`, namespaced };
  const namespace = namespaced ? (metadata.namespace ?? fallback) : undefined;
  const path = resourcePath(resource, namespace, metadata.name);
  return { manifest, object: manifest.object, resource, namespace, path };
}

function manifestOf(object: KubeObject, document: Document, lines: LineCounter): Manifest {
  const manifest: Manifest = {
    file: 'k8s/app.yaml',
    object,
    lineOf: (path) => lines.linePos(startOf(document, path)).line,
    edited: () => manifest,
    toText: () => document.toString(),
  };
  return manifest;
}

/** Where a value begins; that of its nearest parent where it is not written. */
function startOf(document: Document, path: FieldPath): number {
  const node = document.getIn(path, true);
  const start = isNode(node) ? node.range?.[0] : undefined;
  return start ?? (path.length === 0 ? 0 : startOf(document, path.slice(0, -1)));
}
