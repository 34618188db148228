import type { FailureCode, Problem } from '../errors.ts';
import { statusMessage, type ApiAnswer } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import { objectsAt, textAt } from '../values/json.ts';
import { parseFieldPath } from './field-path.ts';
import { isKubectlsOwn, managerInConflict } from './managers.ts';
import type { ApplyTarget } from './targets.ts';

export type Refusal = { readonly code: FailureCode; readonly problems: readonly Problem[] };

/** Why the server refused a dry run, each finding with object, field, file and line. */
export function explainRefusal(answer: ApiAnswer, target: ApplyTarget): Refusal {
  switch (answer.status) {
    case 403:
      return forbidden(answer, target);
    case 401:
      return {
        code: 'credentials-rejected',
        problems: [problemAt(target, '', statusMessage(answer), 'The token or certificate may have expired.')],
      };
    case 404:
      return missingNamespace(answer, target);
    case 409:
      return conflicts(answer, target);
    default:
      return rejected(answer, target);
  }
}

function forbidden(answer: ApiAnswer, target: ApplyTarget): Refusal {
  const message = statusMessage(answer);
  const isAccess = /cannot (get|list|create|patch|update|watch) resource/.test(message);
  const what = describeObject(target.manifest.object);
  return isAccess
    ? {
        code: 'access-denied',
        problems: [
          problemAt(
            target,
            '',
            `${what}: access denied: ${message}`,
            'Give the user of the kubeconfig a Role that allows get, create and patch on it.',
          ),
        ],
      }
    : {
        code: 'manifest-rejected',
        problems: [problemAt(target, '', `${what}: the cluster refuses it: ${message}`, undefined)],
      };
}

function missingNamespace(answer: ApiAnswer, target: ApplyTarget): Refusal {
  const hint = `Create the namespace first (kubectl create namespace ${target.namespace ?? ''}), or put a Namespace object into the manifests.`;
  return {
    code: 'namespace-missing',
    problems: [
      problemAt(
        target,
        'metadata.namespace',
        `${describeObject(target.manifest.object)}: ${statusMessage(answer)}`,
        hint,
      ),
    ],
  };
}

function conflicts(answer: ApiAnswer, target: ApplyTarget): Refusal {
  const causes = objectsAt(answer.body, 'details', 'causes').filter(
    (cause) => !isKubectlsOwn(managerInConflict(textAt(cause, 'message') ?? '')),
  );
  const problems = causes.map((cause) => {
    const field = textAt(cause, 'field') ?? '';
    const manager = managerInConflict(textAt(cause, 'message') ?? '');
    const message = `${describeObject(target.manifest.object)}: field ${field} belongs to the field manager "${manager}"`;
    return problemAt(
      target,
      field,
      message,
      `Leave the field out of the manifest, or stop "${manager}" from setting it.`,
    );
  });
  const unexplained = problemAt(
    target,
    '',
    `${describeObject(target.manifest.object)}: ${statusMessage(answer)}`,
    undefined,
  );
  return { code: 'field-conflict', problems: problems.length === 0 ? [unexplained] : problems };
}

function rejected(answer: ApiAnswer, target: ApplyTarget): Refusal {
  const causes = objectsAt(answer.body, 'details', 'causes').filter((cause) => textAt(cause, 'field') !== undefined);
  const findings =
    causes.length > 0
      ? causes.map((cause) => ({ field: textAt(cause, 'field') ?? '', text: textAt(cause, 'message') ?? '' }))
      : findingsIn(statusMessage(answer));
  return {
    code: 'manifest-rejected',
    problems: findings.map(({ field, text }) =>
      problemAt(
        target,
        field,
        `${describeObject(target.manifest.object)}: ${field === '' ? '' : `${field}: `}${shortened(text)}`,
        hintFor(text),
      ),
    ),
  };
}

/** Strict decoding of an apply names the fields in the message only: "…: .spec.replicass: field not declared in schema". */
function findingsIn(message: string): readonly { readonly field: string; readonly text: string }[] {
  const found = [...message.matchAll(/(\.(?:[\w.\-/]|\[[^\]]*\])+): ([^\n]+)/g)].map(([, field = '', text = '']) => ({
    field,
    text,
  }));
  return found.length > 0 ? found : [{ field: '', text: message }];
}

/**
 * An immutable field is reported with the whole Go value of the object; nobody can read that. A value of the wrong type is quoted, and in
 * a Secret that is the secret.
 */
function shortened(text: string): string {
  if (/field is immutable/.test(text)) {
    return 'field is immutable';
  }
  const unquoted = text.replace(/, got &.*$/s, '');
  return unquoted.length > 300 ? `${unquoted.slice(0, 300)}…` : unquoted;
}

function hintFor(text: string): string | undefined {
  if (/not declared in schema|unknown field/.test(text)) {
    return 'Check the spelling and the indentation of the field.';
  }
  return /immutable/.test(text)
    ? 'Delete the object first, or give it another name: this field can never change.'
    : undefined;
}

function problemAt(target: ApplyTarget, field: string, message: string, hint: string | undefined): Problem {
  const { manifest } = target;
  return { message, hint, file: manifest.file, line: manifest.lineOf(parseFieldPath(field, manifest.object)) };
}
