import type { Lab } from '../../test/lab/lab.ts';

/** Where the demo plays. */
export type World = {
  readonly lab: Lab;
  /** The shop's git repository, as a user has it. */
  readonly shop: string;
  /** What `uses: org/k8s-deploy@v1` gets. */
  readonly action: string;
  /** Variables and secrets, which a user sets on GitHub. */
  readonly settings: string;
  /** Where the runner works. */
  readonly runner: string;
};

export const ACTION = 'org/k8s-deploy@v1';
export const NAMESPACE = 'shop';
