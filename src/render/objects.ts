import { isMap, isScalar, isSeq, type Document, type Node } from 'yaml';
import type { Manifest } from '../kube/manifest.ts';
import { isJsonObject, valueAt, type JsonObject } from '../values/json.ts';
import type { Finding } from '../errors.ts';
import { offsetOfField } from './fields.ts';
import { findIdentityProblems } from './identity.ts';
import { invalidAt, offsetOf, type Source } from './source.ts';
import { documentOf, yamlManifest } from './yaml-manifest.ts';

const LIST_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'items'];

export type Objects = { readonly manifests: readonly Manifest[]; readonly findings: readonly Finding[] };

/** The object of a document, or the items of a List. What is no object that can be applied is a finding instead. */
export function objectsOf(document: Document, source: Source): Objects {
  const { contents } = document;
  const value: unknown = document.toJS();
  if (contents === null || value === null) {
    return { manifests: [], findings: [] };
  }
  if (isList(value)) {
    const findings = findListProblems(value, contents, source);
    return findings.length > 0 ? { manifests: [], findings } : objectsOfList(contents, source);
  }
  const findings = findIdentityProblems(value, contents, source);
  if (findings.length > 0) {
    return { manifests: [], findings };
  }
  if (isMap(contents)) {
    // Where it is written anew: kubectl takes text that starts with { for a stream of JSON, and JSON has no comments.
    contents.flow = false;
  }
  return { manifests: [yamlManifest(document, source)], findings: [] };
}

/** Like kubectl: any kind with a list of items is a list; `kind: List` is one without them, too. */
function isList(value: unknown): value is JsonObject {
  return isJsonObject(value) && (Array.isArray(value['items']) || value['kind'] === 'List');
}

/** What would vanish: items that are no list, all that is beside them, and an object that kubectl takes for a list because of its items. */
function findListProblems(list: JsonObject, contents: Node, source: Source): readonly Finding[] {
  const { kind, items } = list;
  const offset = offsetOfField(contents, ['items']);
  if (items !== undefined && items !== null && !Array.isArray(items)) {
    return [invalidAt(source, offset, 'the items of a List have to be a list')];
  }
  const other = Object.keys(list).find((key) => !LIST_FIELDS.includes(key));
  const isNamed = valueAt(list, 'metadata', 'name') !== undefined;
  if (isNamed && typeof kind === 'string' && !kind.endsWith('List')) {
    const hint = 'kubectl and this action would read the items as objects of their own and leave the rest out.';
    return [invalidAt(source, offset, `an object of kind ${kind} cannot have a field items beside its spec`, hint)];
  }
  if (other !== undefined) {
    return [invalidAt(source, offsetOfField(contents, [other]), `a List has items, and no field ${other}`)];
  }
  return items === undefined ? [invalidAt(source, offset, 'the List has no items')] : [];
}

function objectsOfList(contents: Node, source: Source): Objects {
  const items = itemsOf(contents).map((item): Objects =>
    isScalar(item) && item.value === null
      ? { manifests: [], findings: [invalidAt(source, offsetOf(item) ?? 0, 'this item of the list is empty')] }
      : objectsOf(documentOf(item), source),
  );
  return { manifests: items.flatMap((item) => item.manifests), findings: items.flatMap((item) => item.findings) };
}

function itemsOf(contents: Node): readonly Node[] {
  const items = isMap(contents) ? contents.get('items', true) : undefined;
  return isSeq<Node>(items) ? items.items : [];
}
