import type { KubeObject } from './object.ts';

/** From the root of a document: ["spec", "template", "spec", "containers", 0, "image"]. */
export type FieldPath = readonly (string | number)[];

export type Edit = { readonly path: FieldPath; readonly value: string | number | boolean };

/** One object of one file: what it says, where it says it, and its own YAML with comments and order. */
export type Manifest = {
  /** Relative to the workspace. */
  readonly file: string;
  readonly object: KubeObject;
  /** The line (from 1) of a field; of its nearest parent where the field itself is not written. */
  readonly lineOf: (path: FieldPath) => number;
  /** A copy with some fields set or added; everything else keeps its comments and order. */
  readonly edited: (edits: readonly Edit[]) => Manifest;
  /** The document as YAML, ready for `kubectl apply -f -`. */
  readonly toText: () => string;
};
