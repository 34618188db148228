import type { ChangeKind } from '../apply/change.ts';
import type { PreviewFact, RemovalFact } from '../preview/facts.ts';
import type { Collected } from '../collect/read-results.ts';
import type { GateFacts } from './gates.ts';
import type { SmokeOutcome } from '../smoke-test/run.ts';
import type { WorkloadOutcome } from '../rollout/outcome.ts';
import type { BuiltImage } from '../values/built-image.ts';
import type { ImageReference } from '../values/image.ts';
import type { NamedObject } from '../values/subject.ts';
import type { SourcePlace } from './places.ts';
import type { PlanFact } from './plan-fact.ts';
import type { RollbackFact } from './rollback.ts';
import type { Untold } from './untold.ts';

/** One object of the manifests, for the table of objects. */
export type ObjectFact = {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly change: ChangeKind;
  readonly fields: readonly string[];
};

/** One workload, for the table of workloads. `images` are those that change: "server: app:1 → app:2". */
export type WorkloadFact = {
  readonly workload: NamedObject;
  readonly change: 'created' | 'new revision' | 'restarted' | 'configured' | 'replaced' | 'unchanged';
  readonly because: string | undefined;
  readonly images: readonly {
    readonly container: string;
    readonly before: string | undefined;
    readonly after: string;
  }[];
  readonly outcome: WorkloadOutcome | undefined;
  /** Where the manifests have it, or the container that is to blame; undefined when they do not. */
  readonly place: SourcePlace | undefined;
};

/** `startSeconds` counts from the beginning of the first phase. */
export type PhaseFact = {
  readonly title: string;
  readonly startSeconds: number;
  readonly seconds: number;
  readonly isFailed: boolean;
};

/** What is deployed where, in which run. */
export type TargetFact = {
  readonly app: string;
  readonly environment: string | undefined;
  readonly namespace: string | undefined;
  /** Counts the times that the run was started: 1, 2, … */
  readonly attempt: number;
  /** Empty when it is not known. */
  readonly runUrl: string;
};

/** What a run has found out so far. It grows phase by phase, so a failure is reported with everything that was known. */
export type Facts = GateFacts & {
  readonly sha: string | undefined;
  readonly images: readonly ImageReference[];
  readonly isBuilt: boolean;
  /** Why nothing was pushed or deployed, as a clause; undefined when that was not held back. */
  readonly withheld: string | undefined;
  /** How the images that were built came about. */
  readonly builds: readonly BuiltImage[];
  readonly tools: readonly string[];
  readonly objects: readonly ObjectFact[];
  readonly workloads: readonly WorkloadFact[];
  /** True once the first command that changes the cluster was started. */
  readonly hasChanged: boolean;
  readonly phases: readonly PhaseFact[];
  /** What a deploy would do; of `command: plan` and of a deploy that was given a hash. */
  readonly plan: PlanFact | undefined;
  readonly smokeTests: readonly SmokeOutcome[];
  /** What left the manifests and was deleted: "ConfigMap/agent in shop". */
  readonly pruned: readonly string[];
  readonly rollback: RollbackFact | undefined;
  /** References that say that these images were verified in the environment. */
  readonly records: readonly string[];
  /** Undefined: nothing is deployed anywhere. */
  readonly target: TargetFact | undefined;
  /** Where the application is found. */
  readonly url: string | undefined;
  readonly preview: PreviewFact | undefined;
  /** Previews that were looked at to be removed. */
  readonly removals: readonly RemovalFact[];
  readonly collected: Collected | undefined;
  /** The matrix of `command: matrix`, and the deploys of `command: collect`, as JSON. */
  readonly matrix: string | undefined;
  readonly deploys: string | undefined;
  /** What GitHub could not be told. */
  readonly untold: readonly Untold[];
};

export const NO_FACTS: Facts = {
  sha: undefined,
  images: [],
  isBuilt: false,
  withheld: undefined,
  builds: [],
  imageTests: [],
  scans: [],
  tools: [],
  objects: [],
  workloads: [],
  hasChanged: false,
  phases: [],
  plan: undefined,
  smokeTests: [],
  pruned: [],
  rollback: undefined,
  records: [],
  target: undefined,
  url: undefined,
  preview: undefined,
  removals: [],
  collected: undefined,
  matrix: undefined,
  deploys: undefined,
  untold: [],
};
