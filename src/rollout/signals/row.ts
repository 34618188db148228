import type { RolloutReason } from '../../reasons.ts';

/** What a signal is about. Signals of one family about the same container are one class and share its clock. */
export const FAMILIES = [
  'workload',
  'creation',
  'image',
  'config',
  'crash',
  'schedule',
  'volume',
  'network',
  'loss',
] as const;

export type Family = (typeof FAMILIES)[number];

/** How long a signal may last before it fails the rollout. Observations are attempts, restarts, lost pods, or the count of an event. */
export type Grace =
  | 'never'
  | {
      readonly seconds: number;
      /** So many distinct observations are needed beside the seconds. */
      readonly observations?: number;
      /** So many distinct observations are enough, however early. */
      readonly orObservations?: number;
      /** Beside the seconds the signal must be seen to happen once more, or so many seconds pass. */
      readonly onceMoreOrSeconds?: number;
    };

/** What may stretch or shorten the grace of a row (grace.ts says how), and is therefore asked for. */
export type Evidence =
  /** The registry, asked from the runner: has it the image? */
  | 'registry'
  /** The pull secrets of the pod: are they there? */
  | 'pull-secret'
  /** The user's own grace for a registry that does not answer well. */
  | 'image-grace'
  /** The Secret or ConfigMap, its key, and what will make it. */
  | 'config'
  /** What an autoscaler said about the pod, and pods that leave. */
  | 'autoscaler'
  /** Pods that leave, or are still to leave, and give their quota back. */
  | 'quota'
  /** The last words of the container, and other rollouts of this run. */
  | 'dependency'
  /** When the cluster said it: before our change it does not count yet. */
  | 'freshness';

/** What makes a signal one of a row; what is missing matches everything. The first row of a family that matches has it. */
export type Match = {
  /** Reasons in the cluster's own words. */
  readonly words?: readonly string[];
  readonly text?: RegExp;
  readonly exitCodes?: readonly number[];
  /** Init containers that run to their end; a native sidecar is none. */
  readonly isInit?: true;
};

/** One row of the table of signals. */
export type Row = {
  /** Stable: the tests and the documents name it. */
  readonly id: string;
  readonly family: Family;
  readonly reason: RolloutReason;
  /** Completes "container server …", "pod server-1 …" or "server: …". */
  readonly says: string;
  readonly match: Match;
  /** While no pod of the newest revision has been ready: the fault is probably in the template. */
  readonly none: Grace;
  /** Once one has been: it is probably a node's or a pod's. */
  readonly some: Grace;
  /** Instead of `none`, once the container's last words are known and speak of nothing that may still come up. */
  readonly spoken?: Grace;
  /** Its observations are restarts: the user's `max-restarts` moves their numbers. */
  readonly countsRestarts?: true;
  readonly evidence?: Evidence;
};
