/** What has to be the commit that is deployed, where something is built. Paths are absolute. */
export type CheckoutPlan = {
  /** What an image is built from; empty when nothing is built. */
  readonly paths: readonly string[];
  readonly workspace: string;
  /** What HEAD may be: the commit that is deployed; of a pull request, the merge commit that the runner checks out, too. */
  readonly heads: readonly string[];
  /** The event is about another repository's commits: what is deployed from the workspace has to be ours, also where nothing is built. */
  readonly isStrangers?: boolean | undefined;
};
