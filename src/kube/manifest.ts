import type { KubeObject } from './object.ts';

/** From the root of a document: ["spec", "template", "spec", "containers", 0, "image"]. */
export type FieldPath = readonly (string | number)[];

export type Edit = { readonly path: FieldPath; readonly value: string | number | boolean };

/** One object of one file: what it says, where it says it, and its own YAML with comments and order. */
export type Manifest = {
  /** Relative to the workspace. Of what was rendered, the file that it was rendered from. */
  readonly file: string;
  readonly object: KubeObject;
  /**
   * The line (from 1) of a field; of its nearest parent where the field itself is not written. Undefined where what was rendered does not
   * tell its line.
   */
  readonly lineOf: (path: FieldPath) => number | undefined;
  /** A copy with some fields set or added; everything else keeps its comments and order. */
  readonly edited: (edits: readonly Edit[]) => Manifest;
  /** The document as YAML: the very bytes of the file, where nothing of it was changed. It may end without a line break. */
  readonly toText: () => string;
};

/** "k8s/server.yaml:12", or the file alone where the line is not known. */
export function placeOf(manifest: Manifest, path: FieldPath): string {
  const line = manifest.lineOf(path);
  return line === undefined ? manifest.file : `${manifest.file}:${line}`;
}
