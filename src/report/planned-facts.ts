import type { PlannedApply } from '../apply/check.ts';
import type { WorkloadOutcome } from '../rollout/outcome.ts';
import type { NamedObject } from '../values/subject.ts';
import { sameWorkload } from '../values/workload.ts';
import type { ObjectFact, WorkloadFact } from './facts.ts';
import type { PlannedRow } from './planned-rows.ts';

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
