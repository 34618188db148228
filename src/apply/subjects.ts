import type { Finding } from '../errors.ts';
import { declaredConditions, findAnnotationProblems, isWaitedFor } from '../kube/wait-annotations.ts';
import { subjectRuleOf } from '../kube/subject-rule.ts';
import type { Target } from '../kube/target.ts';
import { findWaveProblem, WAVE_ANNOTATION } from '../kube/wave-annotation.ts';
import { workloadPath } from '../kube/workload-path.ts';
import type { Subject, SubjectRule } from '../values/subject.ts';
import { sameWorkload, type Workload } from '../values/workload.ts';
import type { PlannedChange } from './change.ts';
import type { PlannedApply } from './check.ts';
import { workloadOf } from './restart.ts';

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
  return [...workloads, ...otherSubjectsOf(planned.changes)];
}

/** What is waited for among objects that are no workloads, such as the Jobs before the deploy. */
export function otherSubjectsOf(changes: readonly PlannedChange[]): readonly SubjectOfRun[] {
  return changes.flatMap((change) => {
    const rule = workloadOf(change) === undefined ? ruleFor(change.target) : undefined;
    return rule === undefined
      ? []
      : [{ subject: subjectAt(change.target, rule), isChanged: change.kind !== 'unchanged' }];
  });
}

/** Annotations about waiting and waves that are not understood, with file and line. */
export function findAnnotationFindings(targets: readonly Target[]): readonly Finding[] {
  return targets.flatMap(({ manifest }) => {
    const wave = findWaveProblem(manifest.object);
    const found = [
      ...findAnnotationProblems(manifest.object),
      ...(wave === undefined ? [] : [{ annotation: WAVE_ANNOTATION, ...wave }]),
    ];
    return found.map(({ annotation, message, hint }): Finding => {
      const line = manifest.lineOf(['metadata', 'annotations', annotation]);
      return { code: 'manifest-invalid', problem: { message, hint, file: manifest.file, line } };
    });
  });
}

/** An object of any kind that declares when it is ready is waited for too. */
function ruleFor({ object }: Target): SubjectRule | undefined {
  if (!isWaitedFor(object)) {
    return undefined;
  }
  const { readyWhen, failedWhen } = declaredConditions(object);
  return subjectRuleOf(object) ?? (readyWhen === undefined && failedWhen === undefined ? undefined : 'custom');
}

function subjectAt({ object, namespace, path }: Target, rule: SubjectRule): Subject {
  const { kind, metadata } = object;
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
