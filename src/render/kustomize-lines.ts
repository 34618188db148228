import type { FieldPath } from '../kube/manifest.ts';
import { objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { nodeAt } from './fields.ts';
import { originInFile, type Origin } from './origin.ts';
import { isQuotedText } from './text-fields.ts';
import type { Written } from './written.ts';

const GENERATORS: Readonly<Record<string, string>> = { ConfigMap: 'configMapGenerator', Secret: 'secretGenerator' };

/**
 * Where an object stands in the file of resources that kustomize names: a field at its line when the document has it too, else the first
 * line of the document. kustomize may have put a prefix and a suffix around the name.
 */
export function originInSource(file: string, documents: readonly Written[], object: JsonObject): Origin {
  const sameKind = documents.filter((document) => document.object['kind'] === object['kind']);
  const index = indexOfName(
    sameKind.map((document) => textAt(document.object, 'metadata', 'name')),
    object,
  );
  const document = sameKind[index];
  if (document === undefined) {
    return originInFile(file);
  }
  const { contents, lineOf } = document;
  const pathThere = (path: FieldPath): FieldPath | undefined => samePath(object, document.object, path);
  return {
    file,
    lineOf: (path) => lineOf(pathThere(path) ?? []),
    isQuoted: (path) => {
      const there = pathThere(path);
      return there !== undefined && isQuotedText(nodeAt(contents, there));
    },
  };
}

/** Where the generator that made a ConfigMap or a Secret stands in its kustomization. */
export function originInGenerator(file: string, documents: readonly Written[], object: JsonObject): Origin {
  const [kustomization] = documents;
  const list = GENERATORS[textAt(object, 'kind') ?? ''];
  const names = list === undefined ? [] : objectsAt(kustomization?.object, list).map((item) => textAt(item, 'name'));
  const index = indexOfName(names, object);
  const line = list === undefined || index === -1 ? undefined : kustomization?.lineOf([list, index]);
  return { ...originInFile(file), lineOf: () => line };
}

/** The one that is the object's name, or else the only one that is in it; -1 when there is none, or several. */
function indexOfName(names: readonly (string | undefined)[], object: JsonObject): number {
  const rendered = textAt(object, 'metadata', 'name') ?? '';
  const within = names.flatMap((name, index) => (name !== undefined && rendered.includes(name) ? [index] : []));
  const [only = -1, ...more] = within;
  return more.length === 0 ? only : names.indexOf(rendered);
}

/** The same field in the document; items of lists that have a name are found by it, because patches may have moved them. */
function samePath(rendered: JsonObject, written: JsonObject, path: FieldPath): FieldPath | undefined {
  const there: (string | number)[] = [];
  for (const [depth, step] of path.entries()) {
    const name = textAt(rendered, ...path.slice(0, depth + 1), 'name');
    const byName = objectsAt(written, ...there).findIndex((item) => name !== undefined && item['name'] === name);
    const isNamed = typeof step === 'number' && name !== undefined;
    there.push(isNamed ? byName : step);
    if (valueAt(written, ...there) === undefined) {
      return undefined;
    }
  }
  return there;
}
