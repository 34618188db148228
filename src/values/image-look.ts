/** What a registry has under a reference. `platforms` are like "linux/amd64"; empty when the registry does not say. */
export type ImageLook =
  | { readonly kind: 'there'; readonly platforms: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown'; readonly why: string };
