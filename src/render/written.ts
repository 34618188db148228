import type { Node } from 'yaml';
import type { FieldPath } from '../kube/manifest.ts';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import { expandAliases } from './aliases.ts';
import { parseDocuments } from './documents.ts';
import { offsetOfField } from './fields.ts';
import { findNonJson } from './json-shape.ts';

/** A document as the user wrote it: no variable is filled in. */
export type Written = {
  readonly object: JsonObject;
  readonly contents: Node;
  /** The line (from 1) of a field, or of its nearest parent that is there. */
  readonly lineOf: (path: FieldPath) => number;
  readonly lineAt: (offset: number) => number;
};

/** The documents of a text that are maps. What cannot be read is left out: whoever renders it says what is wrong. */
export function writtenIn(text: string): readonly Written[] {
  const { source, documents } = parseDocuments('', text);
  return documents.flatMap((document) => {
    const isReadable = findNonJson(document, source).length === 0 && expandAliases(document, source).length === 0;
    const { contents } = document;
    const object: unknown = isReadable ? document.toJS() : undefined;
    if (contents === null || !isJsonObject(object)) {
      return [];
    }
    const { lineAt } = source;
    return [{ object, contents, lineAt, lineOf: (path) => lineAt(offsetOfField(contents, path)) }];
  });
}
