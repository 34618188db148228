import type { PlannedChange } from '../apply/change.ts';
import type { PlannedApply } from '../apply/check.ts';
import { isKubeObject } from '../kube/object.ts';
import { containersOf, podTemplatePath } from '../kube/pod-template.ts';
import type { NamedObject } from '../values/subject.ts';
import { isRolloutKind, sameWorkload } from '../values/workload.ts';
import type { WorkloadFact } from './facts.ts';
import type { PlannedImage } from './plan-fact.ts';
import { sourcePlaces, type SourcePlaces } from './places.ts';

/** What the plan says of an object, without the manifests themselves: they are let go of before the rollouts are waited for. */
export type PlannedRow = Omit<WorkloadFact, 'outcome' | 'place'> & {
  readonly isWorkload: boolean;
  readonly places: SourcePlaces | undefined;
};

/** A row for each workload of the plan, and for every other object of the manifests. */
export function plannedRows(planned: PlannedApply): readonly PlannedRow[] {
  const changes = new Map<string, PlannedChange>();
  const workloads = new Set(planned.workloads.map(keyOf));
  const others: NamedObject[] = [];
  for (const change of [...planned.preDeploy, ...planned.changes]) {
    const object = objectOf(change);
    const key = keyOf(object);
    changes.set(key, changes.get(key) ?? change);
    others.push(...(workloads.has(key) ? [] : [object]));
  }
  return [...planned.workloads, ...others].map((workload, index) => {
    const change = changes.get(keyOf(workload));
    const imageChange = planned.images.find((one) => sameWorkload(one.workload, workload));
    const restart = planned.restarts.find((one) => sameWorkload(one.workload, workload));
    const images = imageChange?.images ?? (change === undefined ? [] : changedImages(change));
    return {
      workload,
      isWorkload: index < planned.workloads.length,
      change: restart === undefined ? changeOf(workload, change, images.length) : 'restarted',
      because: restart?.reason,
      images,
      places: change === undefined ? undefined : sourcePlaces(change),
    };
  });
}

function keyOf({ kind, namespace, name }: NamedObject): string {
  return [kind, namespace, name].join('/');
}

function objectOf({ target }: PlannedChange): NamedObject {
  const { kind, metadata } = target.object;
  return { kind, namespace: target.namespace ?? '', name: metadata.name };
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

/** Every container that gets another image. */
export function changedImagesOf(planned: PlannedApply): readonly PlannedImage[] {
  return plannedRows(planned).flatMap(({ workload, images }) =>
    images.map(({ container, before, after }) => ({ workload, container, before, after })),
  );
}

function changedImages(change: PlannedChange): WorkloadFact['images'] {
  const before = isKubeObject(change.live) ? containersOf(change.live) : [];
  return containersOf(change.target.object).flatMap(({ name, image }) => {
    const old = before.find((container) => container.name === name)?.image;
    return image === undefined || image === old ? [] : [{ container: name, before: old, after: image }];
  });
}
