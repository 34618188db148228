import { EXPIRY_MARKS } from '../kube/own-annotations.ts';
import { textAt, type JsonObject } from '../values/json.ts';

/** Labels of the namespace of a preview: it is found by them, and nothing without them is ever removed. */
export const PREVIEW_LABELS = {
  /** The app. */
  preview: 'k8s-deploy/preview',
  repositoryId: 'k8s-deploy/repository-id',
  pullRequest: 'k8s-deploy/pull-request',
  expires: EXPIRY_MARKS.label,
} as const;

export const PREVIEW_ANNOTATIONS = {
  /** "org/app", for people: it may have another name by now. */
  repository: 'k8s-deploy/repository',
  expiresAt: EXPIRY_MARKS.annotation,
} as const;

/** A label or an annotation that people set, so that a sweep leaves the namespace alone. */
export const KEEP_MARK = 'k8s-deploy/keep';

/** A namespace that says it is a preview. What cannot be read is undefined. */
export type Preview = {
  readonly namespace: string;
  readonly uid: string;
  readonly app: string;
  readonly repositoryId: string | undefined;
  readonly repository: string | undefined;
  readonly pullRequest: number | undefined;
  /** Milliseconds since the epoch: the later one where the label and the annotation differ. */
  readonly expiresMilliseconds: number | undefined;
  readonly isKept: boolean;
  /** It is being deleted. */
  readonly isLeaving: boolean;
};

/** Undefined for a namespace that is no preview. */
export function previewOf(namespace: JsonObject): Preview | undefined {
  const label = (name: string): string | undefined => textAt(namespace, 'metadata', 'labels', name);
  const annotation = (name: string): string | undefined => textAt(namespace, 'metadata', 'annotations', name);
  const app = label(PREVIEW_LABELS.preview);
  return app === undefined
    ? undefined
    : {
        namespace: textAt(namespace, 'metadata', 'name') ?? '',
        uid: textAt(namespace, 'metadata', 'uid') ?? '',
        app,
        repositoryId: label(PREVIEW_LABELS.repositoryId),
        repository: annotation(PREVIEW_ANNOTATIONS.repository),
        pullRequest: numberOf(label(PREVIEW_LABELS.pullRequest)),
        expiresMilliseconds: laterOf(label(PREVIEW_LABELS.expires), annotation(PREVIEW_ANNOTATIONS.expiresAt)),
        isKept: [label(KEEP_MARK), annotation(KEEP_MARK)].some((mark) => mark !== undefined && mark !== 'false'),
        isLeaving: isLeaving(namespace),
      };
}

export function isLeaving(namespace: JsonObject): boolean {
  return (
    textAt(namespace, 'metadata', 'deletionTimestamp') !== undefined ||
    textAt(namespace, 'status', 'phase') === 'Terminating'
  );
}

/** A time as the value of a label, to the second: "20261129T000000Z". */
export function timeStamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

/** Whoever prolongs the life of a preview by hand changes one of the two. One that cannot be read makes both worth nothing. */
function laterOf(...texts: readonly (string | undefined)[]): number | undefined {
  const times = texts.filter((text) => text !== undefined).map(timeOf);
  return times.length === 0 || times.includes(Number.NaN) ? undefined : Math.max(...times);
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/;

function timeOf(text: string): number {
  const extended = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return ISO.test(extended) ? Date.parse(extended) : Number.NaN;
}
