import type { ChangeKind } from '../apply/change.ts';
import type { PlannedApply } from '../apply/check.ts';
import type { GateFacts } from './gates.ts';
import type { SmokeOutcome } from '../smoke-test/run.ts';
import type { WorkloadOutcome } from '../rollout/outcome.ts';
import type { BuiltImage } from '../values/built-image.ts';
import type { ImageReference } from '../values/image.ts';
import type { NamedObject } from '../values/subject.ts';
import { sameWorkload } from '../values/workload.ts';
import type { SourcePlace } from './places.ts';
import type { PlanFact } from './plan-fact.ts';
import type { PlannedRow } from './planned-rows.ts';
import type { RollbackFact } from './rollback.ts';

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

/** What a run has found out so far. It grows phase by phase, so a failure is reported with everything that was known. */
export type Facts = GateFacts & {
  readonly sha: string | undefined;
  readonly images: readonly ImageReference[];
  readonly isBuilt: boolean;
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
};

export const NO_FACTS: Facts = {
  sha: undefined,
  images: [],
  isBuilt: false,
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
};

export function objectFacts(planned: PlannedApply): readonly ObjectFact[] {
  return [...planned.preDeploy, ...planned.changes].map((change) => ({
    kind: change.target.manifest.object.kind,
    name: change.target.manifest.object.metadata.name,
    namespace: change.target.namespace,
    change: change.kind,
    fields: change.fields,
  }));
}

/** The workloads, and after them whatever else was waited for: Jobs, Pods, custom resources. */
export function workloadFacts(
  rows: readonly PlannedRow[],
  outcomes: readonly WorkloadOutcome[],
): readonly WorkloadFact[] {
  const others = outcomes
    .map(({ workload }) => workload)
    .filter((workload) => !rows.some((row) => row.isWorkload && sameWorkload(row.workload, workload)))
    .map((workload) => rows.find((row) => sameWorkload(row.workload, workload)) ?? unplanned(workload));
  return [...rows.filter(({ isWorkload }) => isWorkload), ...others].map(
    ({ workload, change, because, images, places }) => {
      const outcome = outcomes.find((one) => sameWorkload(one.workload, workload));
      const container = outcome?.diagnosis?.container ?? '';
      return { workload, change, because, images, outcome, place: places?.containers.get(container) ?? places?.object };
    },
  );
}

function unplanned(workload: NamedObject): PlannedRow {
  return { workload, isWorkload: false, change: 'unchanged', because: undefined, images: [], places: undefined };
}
