import type { ImageReference } from './image.ts';
import type { WorkloadName } from './workload.ts';

/** `deployment/worker app=repo/app:tag`; without an image the container gets the one that this run built. */
export type SetImage = {
  readonly workload: WorkloadName;
  readonly container: string;
  readonly image: ImageReference | undefined;
};

export type RestartPolicy =
  | { readonly kind: 'auto' }
  /** Also those of the namespace that are not in the manifests. */
  | { readonly kind: 'auto-namespace' }
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'only'; readonly workloads: readonly WorkloadName[] };
