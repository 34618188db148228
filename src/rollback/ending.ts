/** How the rollback of one object ended. */
export type Ending =
  | { readonly kind: 'restored' }
  | { readonly kind: 'deleted' }
  /** There was nothing to undo. */
  | { readonly kind: 'untouched' }
  | { readonly kind: 'left'; readonly why: string };
