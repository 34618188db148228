import { resolve } from 'node:path';
import type { Files } from '../ports.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { shownPath } from './entries.ts';
import { originInGenerator, originInSource } from './kustomize-lines.ts';
import type { Origin } from './origin.ts';
import { writtenIn, type Written } from './written.ts';

/** The annotation that kustomize writes for `buildMetadata: [originAnnotations]`. */
export const ORIGIN_ANNOTATION = 'config.kubernetes.io/origin';

/** Where an object comes from; undefined when it does not say, or when the file is not here: that of a repository which kustomize has fetched. */
export type OriginFinder = (object: JsonObject) => Promise<Origin | undefined>;

/** Reads each file once. Paths in the annotations are relative to `root`. */
export function createOriginFinder(root: string, workspace: string, files: Files): OriginFinder {
  const known = new Map<string, Promise<readonly Written[]>>();
  const documentsOf = async (path: string): Promise<readonly Written[]> => {
    const documents = known.get(path) ?? files.readText(path).then(writtenIn);
    known.set(path, documents);
    return documents;
  };
  return async (object) => {
    const [said] = writtenIn(textAt(object, 'metadata', 'annotations', ORIGIN_ANNOTATION) ?? '');
    const source = textAt(said?.object, 'path');
    const generator = textAt(said?.object, 'configuredIn');
    const path = resolve(root, source ?? generator ?? '');
    const isHere = textAt(said?.object, 'repo') === undefined && (await files.kindOf(path)) === 'file';
    if (!isHere) {
      return undefined;
    }
    const documents = await documentsOf(path);
    const file = shownPath(path, workspace);
    return source === undefined ? originInGenerator(file, documents, object) : originInSource(file, documents, object);
  };
}
