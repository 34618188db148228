import type { FailureCode } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Kubectl } from '../kube/kubectl.ts';
import type { Ports } from '../ports.ts';
import type { NamedObject } from '../values/subject.ts';
import type { Diagnosis } from './diagnosis/diagnosis.ts';
import type { RegistryLookup } from './registry.ts';

export type RolloutResult = 'succeeded' | 'failed' | 'timed-out' | 'unknown' | 'superseded' | 'unfinished';

/** A state and since when, in seconds from the start of the rollout phase. */
export type Milestone = { readonly text: string; readonly atSeconds: number };

/** How one rollout ended. */
export type WorkloadOutcome = {
  readonly workload: NamedObject;
  readonly result: RolloutResult;
  /** Where it stood at the end: "2 of 3 updated". */
  readonly state: string;
  /** Undefined for a success. */
  readonly reason: FailureCode | undefined;
  /** Empty for a success. `diagnosis.cause` completes "server did not roll out: …". */
  readonly diagnosis: Diagnosis | undefined;
  /** What is worth saying of a success: "has neither a readinessProbe nor minReadySeconds". */
  readonly notes: readonly string[];
  readonly seconds: number;
  readonly timeline: readonly Milestone[];
};

export type RolloutContext = {
  readonly kubectl: Kubectl;
  readonly api: KubeApi;
  readonly ports: Ports;
  readonly registry: RegistryLookup;
};
