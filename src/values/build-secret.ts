/** What a build may read and no layer keeps. */
export type BuildSecret =
  | { readonly kind: 'value'; readonly id: string; readonly value: string }
  /** A variable of the step's environment. */
  | { readonly kind: 'variable'; readonly id: string; readonly name: string }
  /** A file, relative to the workspace. */
  | { readonly kind: 'file'; readonly id: string; readonly path: string };
