import type { ChangeKind, PlannedChange } from '../apply/change.ts';
import type { PlannedApply } from '../apply/check.ts';
import type { WorkloadOutcome } from '../rollout/outcome.ts';
import { containersOf } from '../kube/pod-template.ts';
import { isKubeObject } from '../kube/object.ts';
import type { ImageReference } from '../values/image.ts';
import { sameWorkload, type Workload } from '../values/workload.ts';

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
  readonly workload: Workload;
  readonly change: 'created' | 'new revision' | 'restarted' | 'unchanged';
  readonly because: string | undefined;
  readonly images: readonly {
    readonly container: string;
    readonly before: string | undefined;
    readonly after: string;
  }[];
  readonly outcome: WorkloadOutcome | undefined;
};

export type PhaseFact = { readonly title: string; readonly seconds: number; readonly isFailed: boolean };

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

export function workloadFacts(planned: PlannedApply, outcomes: readonly WorkloadOutcome[]): readonly WorkloadFact[] {
  return planned.workloads.map((workload) => {
    const change = planned.changes.find((one) => isAbout(one, workload));
    const imageChange = planned.images.find((one) => sameWorkload(one.workload, workload));
    const restart = planned.restarts.find((one) => sameWorkload(one.workload, workload));
    const images = imageChange?.images ?? (change === undefined ? [] : changedImages(change));
    return {
      workload,
      change: restart === undefined ? changeOf(change, images.length) : 'restarted',
      because: restart?.reason,
      images,
      outcome: outcomes.find((one) => sameWorkload(one.workload, workload)),
    };
  });
}

function changeOf(change: PlannedChange | undefined, changedImageCount: number): WorkloadFact['change'] {
  if (change?.kind === 'created') {
    return 'created';
  }
  const isNewTemplate = change?.fields.some((field) => field.startsWith('spec.template')) ?? false;
  return isNewTemplate || changedImageCount > 0 ? 'new revision' : 'unchanged';
}

function isAbout(change: PlannedChange, workload: Workload): boolean {
  const { object } = change.target.manifest;
  return (
    object.kind === workload.kind &&
    object.metadata.name === workload.name &&
    change.target.namespace === workload.namespace
  );
}

function changedImages(change: PlannedChange): WorkloadFact['images'] {
  const before = isKubeObject(change.live) ? containersOf(change.live) : [];
  return containersOf(change.target.manifest.object).flatMap(({ name, image }) => {
    const old = before.find((container) => container.name === name)?.image;
    return image === undefined || image === old ? [] : [{ container: name, before: old, after: image }];
  });
}
