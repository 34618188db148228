import { isDeepStrictEqual } from 'node:util';
import { Document, visit, type Node } from 'yaml';
import type { Manifest } from '../kube/manifest.ts';
import { isKubeObject, type KubeObject } from '../kube/object.ts';
import { PARSE_OPTIONS, STRINGIFY_OPTIONS } from './dialect.ts';
import { parseDocuments } from './documents.ts';
import { offsetOfField, setField } from './fields.ts';
import type { Source } from './source.ts';

/** A document whose contents are a Kubernetes object; the caller gives it away and never touches it again. */
export function yamlManifest(document: Document, source: Source): Manifest {
  const { contents } = document;
  const object: unknown = document.toJS();
  if (contents === null || !isKubeObject(object)) {
    throw new Error(`a document of ${source.file} is not a Kubernetes object`);
  }
  return {
    file: source.file,
    object,
    lineOf: (path) => source.lineAt(offsetOfField(contents, path)),
    edited: (edits) => {
      const copy = document.clone();
      for (const edit of edits) {
        setField(copy.contents ?? contents, edit);
      }
      return yamlManifest(copy, source);
    },
    toText: () => textInFile(document, object, source) ?? document.toString(STRINGIFY_OPTIONS),
  };
}

/** A document of its own for a node that came from another one. It has no part of the file. */
export function documentOf(node: Node): Document {
  const document = new Document(null, PARSE_OPTIONS);
  document.contents = node;
  return document;
}

/**
 * The document's part of the file, byte for byte, when that says the very same object: then nothing was filled in, put in or expanded.
 * The byte order mark is the file's and not the document's; line ends stay what they are.
 */
function textInFile(document: Document, object: KubeObject, source: Source): string | undefined {
  if (document.range === undefined || document.range === null) {
    return undefined;
  }
  const text = source.text.slice(document.range[0], document.range[2]);
  const { documents, findings } = parseDocuments(source.file, text);
  const [read, ...more] = documents;
  if (read === undefined || more.length > 0 || findings.length > 0 || hasAlias(read)) {
    return undefined;
  }
  return isDeepStrictEqual(read.toJS(), object) ? text : undefined;
}

function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}
