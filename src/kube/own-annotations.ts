import { textAt, type JsonObject } from '../values/json.ts';

/** Annotations that this action writes onto objects; never into a pod template, where they would start a rollout. */
export const OWN_ANNOTATIONS = {
  /** The commit that the object was last changed by. */
  commit: 'k8s-deploy/commit',
  repository: 'k8s-deploy/repository',
  /** URL of the workflow run. */
  run: 'k8s-deploy/run',
  /** Digests of the images of the run, as `repo@sha256:…`, separated by blanks. */
  images: 'k8s-deploy/images',
  /** On a ConfigMap or Secret whose data were changed: the workloads ("deployment/agent statefulset/db") that must be restarted because of it and were not yet. */
  restartDue: 'k8s-deploy/restart-due',
} as const;

/** When the namespace of a preview expires: each deploy writes it anew, and nothing else of the object says anything new by that. */
export const EXPIRY_MARKS = {
  /** "20261129T000000Z" */
  label: 'k8s-deploy/expires',
  /** "2026-11-29T00:00:00.000Z" */
  annotation: 'k8s-deploy/expires-at',
} as const;

export type OwnAnnotation = (typeof OWN_ANNOTATIONS)[keyof typeof OWN_ANNOTATIONS];

const NAMES: readonly string[] = Object.values(OWN_ANNOTATIONS);

/** Whether an annotation says something about a deploy and nothing about the object. */
export function isOwnAnnotation(name: string): name is OwnAnnotation {
  return NAMES.includes(name);
}

/** The commit that the object says it was last changed by. */
export function commitOf(object: JsonObject | undefined): string | undefined {
  return textAt(object, 'metadata', 'annotations', OWN_ANNOTATIONS.commit);
}
