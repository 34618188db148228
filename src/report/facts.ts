import type { ChangeKind, PlannedChange } from '../apply/change.ts';
import type { PlannedApply } from '../apply/check.ts';
import type { WorkloadOutcome } from '../rollout/outcome.ts';
import { containersOf, podTemplatePath } from '../kube/pod-template.ts';
import { isKubeObject } from '../kube/object.ts';
import type { ImageReference } from '../values/image.ts';
import type { NamedObject } from '../values/subject.ts';
import { isRolloutKind, sameWorkload } from '../values/workload.ts';
import { sourcePlace, type SourcePlace } from './places.ts';

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
  readonly change: 'created' | 'new revision' | 'restarted' | 'configured' | 'unchanged';
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
export type Facts = {
  readonly sha: string | undefined;
  readonly images: readonly ImageReference[];
  readonly isBuilt: boolean;
  readonly tools: readonly string[];
  readonly objects: readonly ObjectFact[];
  readonly workloads: readonly WorkloadFact[];
  /** True once the first command that changes the cluster was started. */
  readonly hasChanged: boolean;
  readonly phases: readonly PhaseFact[];
};

export const NO_FACTS: Facts = {
  sha: undefined,
  images: [],
  isBuilt: false,
  tools: [],
  objects: [],
  workloads: [],
  hasChanged: false,
  phases: [],
};

export function objectFacts(planned: PlannedApply): readonly ObjectFact[] {
  return planned.changes.map((change) => ({
    kind: change.target.manifest.object.kind,
    name: change.target.manifest.object.metadata.name,
    namespace: change.target.namespace,
    change: change.kind,
    fields: change.fields,
  }));
}

/** The workloads of the plan, and after them whatever else was waited for: Jobs, Pods, custom resources. */
export function workloadFacts(planned: PlannedApply, outcomes: readonly WorkloadOutcome[]): readonly WorkloadFact[] {
  const others = outcomes
    .map(({ workload }) => workload)
    .filter((workload) => !planned.workloads.some((one) => sameWorkload(one, workload)));
  return [...planned.workloads, ...others].map((workload) => {
    const change = planned.changes.find((one) => isAbout(one, workload));
    const imageChange = planned.images.find((one) => sameWorkload(one.workload, workload));
    const restart = planned.restarts.find((one) => sameWorkload(one.workload, workload));
    const images = imageChange?.images ?? (change === undefined ? [] : changedImages(change));
    const outcome = outcomes.find((one) => sameWorkload(one.workload, workload));
    return {
      workload,
      change: restart === undefined ? changeOf(workload, change, images.length) : 'restarted',
      because: restart?.reason,
      images,
      outcome,
      place: change === undefined ? undefined : sourcePlace(change, outcome?.diagnosis?.container),
    };
  });
}

function changeOf(
  { kind }: NamedObject,
  change: PlannedChange | undefined,
  changedImageCount: number,
): WorkloadFact['change'] {
  if (change?.kind === 'created') {
    return 'created';
  }
  if (!isRolloutKind(kind)) {
    return change?.kind ?? 'unchanged';
  }
  const template = (podTemplatePath(kind) ?? []).join('.');
  const isNewTemplate = change?.fields.some((field) => field.startsWith(template)) ?? false;
  return isNewTemplate || changedImageCount > 0 ? 'new revision' : 'unchanged';
}

function isAbout(change: PlannedChange, workload: NamedObject): boolean {
  const { object } = change.target.manifest;
  return (
    object.kind === workload.kind &&
    object.metadata.name === workload.name &&
    (change.target.namespace ?? '') === workload.namespace
  );
}

function changedImages(change: PlannedChange): WorkloadFact['images'] {
  const before = isKubeObject(change.live) ? containersOf(change.live) : [];
  return containersOf(change.target.manifest.object).flatMap(({ name, image }) => {
    const old = before.find((container) => container.name === name)?.image;
    return image === undefined || image === old ? [] : [{ container: name, before: old, after: image }];
  });
}
