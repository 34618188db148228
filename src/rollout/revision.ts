import { numberAt, objectsAt, textAt, type JsonObject } from '../values/json.ts';
import type { Subject } from '../values/subject.ts';

/** The newest revision of a subject: its pods carry the label, and have the owner. */
export type Revision = {
  readonly label: string;
  readonly value: string;
  /** uid of the ReplicaSet, or of the subject itself; undefined where ReplicaSets may not be read. */
  readonly ownerUid: string | undefined;
};

const REVISION_ANNOTATION = ['metadata', 'annotations', 'deployment.kubernetes.io/revision'] as const;

/**
 * Which revision is the newest, as its controller says; undefined as long as the controller has not seen the change, and for kinds without
 * revisions. `replicaSets` is undefined where they may not be read: the condition of the Deployment names the newest one too.
 */
export function newestRevision(
  subject: Subject,
  object: JsonObject,
  replicaSets: readonly JsonObject[] | undefined,
): Revision | undefined {
  const isSeen =
    (numberAt(object, 'status', 'observedGeneration') ?? 0) >= (numberAt(object, 'metadata', 'generation') ?? 0);
  const uid = textAt(object, 'metadata', 'uid');
  switch (subject.rule) {
    case 'Deployment':
      return isSeen ? deploymentRevision(object, replicaSets) : undefined;
    case 'StatefulSet':
      return isSeen ? revision('controller-revision-hash', textAt(object, 'status', 'updateRevision'), uid) : undefined;
    case 'DaemonSet':
      return revision(
        'pod-template-generation',
        textAt(object, 'metadata', 'annotations', 'deprecated.daemonset.template.generation'),
        uid,
      );
    case 'Job':
      return revision('job-name', subject.name, uid);
    case 'Pod':
    case 'custom':
      return undefined;
  }
}

/** Whether a pod belongs to the revision. */
export function isOfRevision(pod: JsonObject, { label, value, ownerUid }: Revision): boolean {
  return textAt(pod, 'metadata', 'labels', label) === value && (ownerUid === undefined || isOwnedBy(pod, ownerUid));
}

export function isOwnedBy(object: JsonObject, ownerUid: string): boolean {
  return objectsAt(object, 'metadata', 'ownerReferences').some((owner) => owner['uid'] === ownerUid);
}

/** uid of the controller that made an object; empty for what nobody controls. */
export function controllerUid(object: JsonObject): string {
  const owners = objectsAt(object, 'metadata', 'ownerReferences');
  const controller = owners.find((owner) => owner['controller'] === true) ?? owners[0];
  return textAt(controller, 'uid') ?? '';
}

function deploymentRevision(object: JsonObject, replicaSets: readonly JsonObject[] | undefined): Revision | undefined {
  if (replicaSets === undefined) {
    return revision('pod-template-hash', hashInCondition(object), undefined);
  }
  const uid = textAt(object, 'metadata', 'uid') ?? '';
  const number = textAt(object, ...REVISION_ANNOTATION);
  const newest = replicaSets.find((set) => isOwnedBy(set, uid) && textAt(set, ...REVISION_ANNOTATION) === number);
  return revision(
    'pod-template-hash',
    textAt(newest, 'metadata', 'labels', 'pod-template-hash'),
    textAt(newest, 'metadata', 'uid'),
  );
}

/** 'ReplicaSet "server-5d9f7c" is progressing.' (kubernetes pkg/controller/deployment/progress.go) */
function hashInCondition(object: JsonObject): string | undefined {
  const progressing = objectsAt(object, 'status', 'conditions').find(({ type }) => type === 'Progressing');
  const [, setName] = /replica ?set "([^"]+)"/i.exec(textAt(progressing, 'message') ?? '') ?? [];
  return setName?.split('-').at(-1);
}

function revision(label: string, value: string | undefined, ownerUid: string | undefined): Revision | undefined {
  return value === undefined || value === '' ? undefined : { label, value, ownerUid };
}
