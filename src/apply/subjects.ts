import type { Problem } from '../errors.ts';
import { declaredConditions, findAnnotationProblems, isWaitedFor } from '../kube/wait-annotations.ts';
import { subjectRuleOf } from '../kube/subject-rule.ts';
import { workloadPath } from '../kube/workload-path.ts';
import type { Subject, SubjectRule } from '../values/subject.ts';
import { sameWorkload, type Workload } from '../values/workload.ts';
import type { PlannedChange } from './change.ts';
import type { PlannedApply } from './check.ts';
import { workloadOf } from './restart.ts';
import type { ApplyTarget } from './targets.ts';

/** What is waited for, and whether this run changes it. */
export type SubjectOfRun = { readonly subject: Subject; readonly isChanged: boolean };

/**
 * Everything whose success is waited for: the workloads, and the Jobs, Pods and custom resources of the manifests. `isChanged` is right for
 * the plan as it was carried out. A subject outside of all namespaces has the namespace "".
 */
export function subjectsOf(planned: PlannedApply): readonly SubjectOfRun[] {
  const workloads = planned.workloads.map((workload) => ({
    subject: { ...workload, rule: workload.kind, path: workloadPath(workload) },
    isChanged: isWorkloadChanged(workload, planned),
  }));
  const others = planned.changes.flatMap((change): readonly SubjectOfRun[] => {
    const rule = workloadOf(change) === undefined ? ruleFor(change.target) : undefined;
    return rule === undefined
      ? []
      : [{ subject: subjectAt(change.target, rule), isChanged: change.kind !== 'unchanged' }];
  });
  return [...workloads, ...others];
}

/** Annotations about waiting that are not understood, with file and line. */
export function findWaitProblems(targets: readonly ApplyTarget[]): readonly Problem[] {
  return targets.flatMap(({ manifest }) =>
    findAnnotationProblems(manifest.object).map(({ annotation, message, hint }) => ({
      message,
      hint,
      file: manifest.file,
      line: manifest.lineOf(['metadata', 'annotations', annotation]),
    })),
  );
}

/** An object of any kind that declares when it is ready is waited for too. */
function ruleFor({ manifest: { object } }: ApplyTarget): SubjectRule | undefined {
  if (!isWaitedFor(object)) {
    return undefined;
  }
  const { readyWhen, failedWhen } = declaredConditions(object);
  return subjectRuleOf(object) ?? (readyWhen === undefined && failedWhen === undefined ? undefined : 'custom');
}

function subjectAt({ manifest, namespace, path }: ApplyTarget, rule: SubjectRule): Subject {
  const { kind, metadata } = manifest.object;
  return { kind, namespace: namespace ?? '', name: metadata.name, rule, path };
}

function isWorkloadChanged(workload: Workload, { changes, images, restarts }: PlannedApply): boolean {
  return (
    changes.some((change) => change.kind !== 'unchanged' && isAbout(change, workload)) ||
    images.some((change) => change.images.length > 0 && sameWorkload(change.workload, workload)) ||
    restarts.some((restart) => sameWorkload(restart.workload, workload))
  );
}

function isAbout(change: PlannedChange, workload: Workload): boolean {
  const own = workloadOf(change);
  return own !== undefined && sameWorkload(own, workload);
}
