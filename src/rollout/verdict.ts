import type { RolloutReason } from '../reasons.ts';

/** Where in a rollout something is wrong. */
export type Place = {
  readonly podUid?: string | undefined;
  readonly podName?: string | undefined;
  readonly node?: string | undefined;
  readonly container?: string | undefined;
  readonly isInit?: boolean | undefined;
};

/** One thing that is wrong, as found now. `text` is what the cluster says of it, on one line. */
export type Finding = {
  readonly reason: RolloutReason;
  /** The row of the table that knows it. */
  readonly row: string;
  readonly place: Place;
  /** The reason in the cluster's own word: "ErrImagePull", "CrashLoopBackOff", "FailedCreate". */
  readonly word: string;
  readonly text: string;
  /** Distinct occurrences: attempts of the kubelet, restarts, the count of an event. */
  readonly observations: number;
};

/** What one look at a rollout comes to. */
export type Verdict =
  /** `text` completes "server: …"; `suspect` is what may fail it later. After `lookAgainSeconds` it is done if nothing happens. */
  | {
      readonly kind: 'progressing';
      readonly text: string;
      readonly suspect: Finding | undefined;
      readonly lookAgainSeconds?: number | undefined;
    }
  | { readonly kind: 'done'; readonly text: string }
  /** To be believed only after a fresh read came to the same. `finding` is missing where the rule of the kind says it without a pod. */
  | {
      readonly kind: 'failed';
      readonly reason: RolloutReason;
      readonly text: string;
      readonly finding: Finding | undefined;
    }
  | { readonly kind: 'superseded'; readonly text: string };
