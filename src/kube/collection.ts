import type { JsonObject } from '../values/json.ts';

/** What to follow: one list of the API, kept up to date by a watch. */
export type CollectionWish = {
  /** "/apis/apps/v1/namespaces/shop/deployments" */
  readonly path: string;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Labels, annotations and owners, without spec and status. Of a list only: a watch tells the whole objects. */
  readonly isMetadataOnly?: boolean | undefined;
  /** A consistent list anew that often beside the watch: bounds the harm of a watch that misses something. */
  readonly relistSeconds?: number | undefined;
};

/** What a followed collection tells. Nothing is told twice by intent, but a `listed` may repeat what is known. */
export type CollectionEvent =
  /** Everything there is; what is not in it is gone. */
  | { readonly kind: 'listed'; readonly objects: readonly JsonObject[] }
  | { readonly kind: 'changed'; readonly object: JsonObject }
  | { readonly kind: 'deleted'; readonly object: JsonObject }
  /** The user may not list or watch it: it is followed no more. */
  | { readonly kind: 'forbidden'; readonly message: string };

/** Whether the API server can be talked to; shared by all that talk to it. */
export type Reachability = {
  /** A good answer, or a line of a watch, came. */
  heard(): void;
  /** An attempt failed in a way that says nothing about the object asked for. */
  lost(message: string): void;
  /** Since when nothing was heard, and why; undefined while all is well. */
  outage(): { readonly seconds: number; readonly message: string } | undefined;
};
