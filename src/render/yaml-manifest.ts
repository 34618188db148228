import { Document, type Node } from 'yaml';
import type { Manifest } from '../kube/manifest.ts';
import { isKubeObject } from '../kube/object.ts';
import { PARSE_OPTIONS, STRINGIFY_OPTIONS } from './dialect.ts';
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
    toText: () => document.toString(STRINGIFY_OPTIONS),
  };
}

/** A document of its own for a node that came from another one. */
export function documentOf(node: Node): Document {
  const document = new Document(null, PARSE_OPTIONS);
  document.contents = node;
  return document;
}
