import type { KubeApi } from '../kube/api.ts';
import type { Kubectl } from '../kube/kubectl.ts';
import type { Ports } from '../ports.ts';
import type { Workload } from '../values/workload.ts';
import type { PodEvidence } from './evidence.ts';

export type RolloutResult = 'succeeded' | 'failed' | 'timed-out' | 'unknown';

/** How one rollout ended. `cause` completes "server did not roll out: …". */
export type WorkloadOutcome = {
  readonly workload: Workload;
  readonly result: RolloutResult;
  readonly state: string;
  readonly cause: string | undefined;
  readonly evidence: readonly PodEvidence[];
  readonly seconds: number;
};

export type RolloutContext = { readonly kubectl: Kubectl; readonly api: KubeApi; readonly ports: Ports };
