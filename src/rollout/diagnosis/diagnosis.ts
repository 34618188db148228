import type { RolloutReason } from '../../reasons.ts';
import type { FailingProbe } from './probes.ts';

/** What a container that is not well says about itself. */
export type ContainerEvidence = {
  readonly container: string;
  readonly isInit: boolean;
  readonly image: string;
  /** "CrashLoopBackOff", "ErrImagePull", "not ready" … */
  readonly word: string;
  /** On one line. */
  readonly message: string | undefined;
  readonly exitCode: number | undefined;
  /** What that exit code means: "killed (SIGKILL), often for want of memory". */
  readonly exitMeaning: string | undefined;
  readonly restarts: number;
  readonly probe: FailingProbe | undefined;
  /** The last lines that it wrote, the container before this one included. */
  readonly log: readonly string[];
  /** Why there is no log, where there is none: "the kubeconfig's user may not read logs". */
  readonly logMissing: string | undefined;
};

/** Pods that fail for the same cause; the first of them in detail. */
export type PodGroup = {
  /** Names; empty when no pod was made at all. */
  readonly pods: readonly string[];
  readonly node: string | undefined;
  readonly phase: string;
  /** Why the pods are not scheduled, or not created. */
  readonly condition: string | undefined;
  readonly containers: readonly ContainerEvidence[];
  /** "FailedScheduling: 0/1 nodes are available (3 times)", oldest first. */
  readonly events: readonly string[];
  /** Why there are no events, where they could not be read. */
  readonly eventsMissing: string | undefined;
};

/** Why a rollout did not come to its end, root cause first. */
export type Diagnosis = {
  /** What was found, where it is more than the verdict had: a rollout out of time whose image does not exist. */
  readonly reason?: RolloutReason | undefined;
  /** Completes "server did not roll out: …"; one sentence without a full stop. */
  readonly cause: string;
  /** What to do. */
  readonly hint: string | undefined;
  /** The container to blame, to find its line in the manifest. */
  readonly container: string | undefined;
  readonly groups: readonly PodGroup[];
};
