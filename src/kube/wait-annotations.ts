import { messageOf } from '../errors.ts';
import { parseFieldCondition, type FieldCondition } from '../values/field-condition.ts';
import { valueAt, type JsonObject } from '../values/json.ts';
import { isRolloutKind } from '../values/workload.ts';
import type { KubeObject } from './object.ts';
import { subjectRuleOf } from './subject-rule.ts';

/** Annotations by which a manifest says what is to be waited for. */
export const WAIT_ANNOTATIONS = {
  wait: 'k8s-deploy/wait',
  readyWhen: 'k8s-deploy/ready-when',
  failedWhen: 'k8s-deploy/failed-when',
} as const;

export type WaitAnnotation = (typeof WAIT_ANNOTATIONS)[keyof typeof WAIT_ANNOTATIONS];

export type DeclaredConditions = {
  readonly readyWhen: FieldCondition | undefined;
  readonly failedWhen: FieldCondition | undefined;
};

/** What the annotations declare. One that is not understood was refused before it was applied, and is none. */
export function declaredConditions(object: JsonObject): DeclaredConditions {
  return {
    readyWhen: conditionAt(object, WAIT_ANNOTATIONS.readyWhen),
    failedWhen: conditionAt(object, WAIT_ANNOTATIONS.failedWhen),
  };
}

/** False for `k8s-deploy/wait: "false"`. */
export function isWaitedFor(object: JsonObject): boolean {
  return annotationOf(object, WAIT_ANNOTATIONS.wait) !== 'false';
}

export type AnnotationProblem = {
  readonly annotation: WaitAnnotation;
  readonly message: string;
  readonly hint: string;
};

/** Annotations that are not understood, or that would do nothing where they are. */
export function findAnnotationProblems(object: KubeObject): readonly AnnotationProblem[] {
  return Object.values(WAIT_ANNOTATIONS).flatMap((annotation) => {
    const value = annotationOf(object, annotation);
    if (value === undefined) {
      return [];
    }
    const wrong = wrongPlace(annotation, object) ?? wrongValue(annotation, value);
    return wrong === undefined ? [] : [{ annotation, message: `${annotation} ${wrong[0]}`, hint: wrong[1] }];
  });
}

type Wrong = readonly [message: string, hint: string];

function wrongPlace(annotation: WaitAnnotation, object: KubeObject): Wrong | undefined {
  const rule = subjectRuleOf(object);
  if (rule === undefined || rule === 'custom') {
    return undefined;
  }
  if (annotation !== WAIT_ANNOTATIONS.wait) {
    return [`is not for a ${object.kind}, which has a rule of its own`, 'Leave it out.'];
  }
  return isRolloutKind(rule)
    ? [`is not for a ${object.kind}: its rollout is always waited for`, 'Leave it out.']
    : undefined;
}

function wrongValue(annotation: WaitAnnotation, value: unknown): Wrong | undefined {
  if (typeof value !== 'string') {
    return ['is not text', 'Values of annotations are text: put it in quotes.'];
  }
  if (annotation === WAIT_ANNOTATIONS.wait) {
    return value === 'true' || value === 'false'
      ? undefined
      : [`is "${value}"`, 'Write "false" for what nobody shall wait for.'];
  }
  try {
    parseFieldCondition(value);
    return undefined;
  } catch (error) {
    return [
      `is not understood: ${messageOf(error)}`,
      `Write it like '{.status.phase}=Healthy' or '{.status.conditions[?(@.type=="Ready")].status}=True'.`,
    ];
  }
}

function conditionAt(object: JsonObject, annotation: WaitAnnotation): FieldCondition | undefined {
  const value = annotationOf(object, annotation);
  if (typeof value !== 'string' || wrongValue(annotation, value) !== undefined) {
    return undefined;
  }
  return parseFieldCondition(value);
}

function annotationOf(object: JsonObject, annotation: WaitAnnotation): unknown {
  return valueAt(object, 'metadata', 'annotations', annotation);
}
