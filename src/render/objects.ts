import { isMap, isSeq, type Document, type Node } from 'yaml';
import type { Manifest } from '../kube/manifest.ts';
import { isJsonObject } from '../values/json.ts';
import type { Finding } from './findings.ts';
import { findIdentityProblems } from './identity.ts';
import type { Source } from './source.ts';
import { documentOf, yamlManifest } from './yaml-manifest.ts';

export type Objects = { readonly manifests: readonly Manifest[]; readonly findings: readonly Finding[] };

/** The object of a document, or the items of a List. What is no object that can be applied is a finding instead. */
export function objectsOf(document: Document, source: Source): Objects {
  const { contents } = document;
  const value: unknown = document.toJS();
  if (contents === null || value === null) {
    return { manifests: [], findings: [] };
  }
  if (isList(value)) {
    const items = itemsOf(contents).map((item) => objectsOf(documentOf(item), source));
    return { manifests: items.flatMap((item) => item.manifests), findings: items.flatMap((item) => item.findings) };
  }
  const findings = findIdentityProblems(value, contents, source);
  if (findings.length > 0) {
    return { manifests: [], findings };
  }
  if (isMap(contents)) {
    // kubectl takes text that starts with { for a stream of JSON, and JSON has no comments.
    contents.flow = false;
  }
  return { manifests: [yamlManifest(document, source)], findings: [] };
}

/** Like kubectl: any kind with a list of items is a list; `kind: List` is one without them, too. */
function isList(value: unknown): boolean {
  return isJsonObject(value) && (Array.isArray(value['items']) || value['kind'] === 'List');
}

function itemsOf(contents: Node): readonly Node[] {
  const items = isMap(contents) ? contents.get('items', true) : undefined;
  return isSeq<Node>(items) ? items.items : [];
}
