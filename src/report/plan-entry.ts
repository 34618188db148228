import { describePlan, plannedWorkCount, type PlanFact } from './plan-fact.ts';

/** The part of the JSON report that is about a plan. Of a Secret it has the keys that change, and no value. What is not known is undefined. */
export function planEntry(plan: PlanFact): object {
  return {
    hash: plan.hash,
    verdict: describePlan(plan),
    changes: plannedWorkCount(plan),
    objects: plan.diffs.map(({ subject, verb, fields }) => ({
      apiVersion: subject.apiVersion,
      kind: subject.kind,
      namespace: subject.namespace,
      name: subject.name,
      verb,
      file: subject.file,
      line: subject.line,
      fields: fields.map(({ path, kind, before, after }) => ({ path, kind, before, after })),
    })),
    images: plan.images.map(({ workload, container, before, after }) => ({
      kind: workload.kind,
      namespace: workload.namespace,
      name: workload.name,
      container,
      before,
      after,
    })),
    restarts: plan.restarts.map(({ workload, reason }) => ({
      kind: workload.kind,
      namespace: workload.namespace,
      name: workload.name,
      reason,
    })),
  };
}
