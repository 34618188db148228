import type { GitHubAccess } from '../values/github.ts';
import type { ResourceAmount } from '../values/preview.ts';

/** The namespace of a pull request. */
export type PreviewPlan = {
  /** As the user calls it: "shop". */
  readonly app: string;
  readonly pullRequest: number;
  /** "shop-pr-7": a DNS label of at most 40 letters. */
  readonly namespace: string;
  /** "org/app", and its number on GitHub, which outlives a new name. */
  readonly repository: string;
  readonly repositoryId: string;
  readonly ttlSeconds: number;
  readonly guards: PreviewGuards;
  readonly keepLabel: string;
};

/** What keeps a preview from taking more than its share. */
export type PreviewGuards = {
  /** Of a ResourceQuota: "requests.cpu" → "2"; empty: none is made. */
  readonly quota: readonly ResourceAmount[];
  /** Of a LimitRange for containers: "default.memory" → "256Mi"; empty: none is made. */
  readonly limits: readonly ResourceAmount[];
  /** `isolated`: pods are reached from their own namespace and from `allowFrom` only; `closed`: and reach no others but DNS. */
  readonly network: 'open' | 'isolated' | 'closed';
  /** Namespaces, such as that of the ingress controller. */
  readonly allowFrom: readonly string[];
};

/** Which previews are looked for, and what GitHub is asked with. */
export type SweepPlan = {
  /** Undefined: those of all apps of the repository. */
  readonly app: string | undefined;
  readonly repository: string;
  readonly repositoryId: string;
  readonly keepLabel: string;
  /** Only says what would be removed. */
  readonly isDryRun: boolean;
  readonly access: GitHubAccess;
  /** How long a namespace may take to go away. */
  readonly timeoutSeconds: number;
};
