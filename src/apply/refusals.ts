import type { Finding } from '../errors.ts';
import { statusMessage, type ApiAnswer } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import { objectsAt, textAt } from '../values/json.ts';
import { explainConflicts } from './conflicts.ts';
import { findingAt } from './finding-at.ts';
import { adviceOnImmutable, isAboutImmutable } from './immutable.ts';

/** Why the server refused a request about an object, each finding with object, field, file and line. */
export function explainRefusal(answer: ApiAnswer, target: Target): readonly Finding[] {
  switch (answer.status) {
    case 403:
      return [forbidden(answer, target)];
    case 401:
      return [
        findingAt(
          target,
          'credentials-rejected',
          '',
          statusMessage(answer),
          'The token or certificate may have expired.',
        ),
      ];
    case 404:
      return [missingNamespace(answer, target)];
    case 409:
      return explainConflicts(answer, target);
    default:
      return complaintsIn(answer).map((complaint) => explainComplaint(complaint, target));
  }
}

/** True when nothing stands against an apply but fields that can never change. */
export function isOnlyImmutable(answer: ApiAnswer): boolean {
  return answer.status === 422 && complaintsIn(answer).every(({ text }) => isAboutImmutable(text));
}

/** The fields that a refusal names. */
export function fieldsIn(answer: ApiAnswer): readonly string[] {
  return complaintsIn(answer).map(({ field }) => field);
}

function forbidden(answer: ApiAnswer, target: Target): Finding {
  const message = statusMessage(answer);
  const what = describeObject(target.object);
  const causes = objectsAt(answer.body, 'details', 'causes').map((cause) => textAt(cause, 'reason'));
  if (causes.includes('NamespaceTerminating')) {
    const hint = 'Wait until the namespace is gone, create it anew, and deploy again.';
    return findingAt(target, 'namespace-terminating', 'metadata.namespace', `${what}: ${message}`, hint);
  }
  return /cannot (get|list|create|patch|update|watch) resource/.test(message)
    ? findingAt(
        target,
        'access-denied',
        '',
        `${what}: access denied: ${message}`,
        'Give the user of the kubeconfig a Role that allows get, create and patch on it.',
      )
    : findingAt(target, 'manifest-rejected', '', `${what}: the cluster refuses it: ${message}`);
}

function missingNamespace(answer: ApiAnswer, target: Target): Finding {
  const hint = `Create the namespace first (kubectl create namespace ${target.namespace ?? ''}), or put a Namespace object into the manifests.`;
  const message = `${describeObject(target.object)}: ${statusMessage(answer)}`;
  return findingAt(target, 'namespace-missing', 'metadata.namespace', message, hint);
}

type Complaint = { readonly field: string; readonly text: string };

function complaintsIn(answer: ApiAnswer): readonly Complaint[] {
  const causes = objectsAt(answer.body, 'details', 'causes').filter((cause) => textAt(cause, 'field') !== undefined);
  return causes.length > 0
    ? causes.map((cause) => ({ field: textAt(cause, 'field') ?? '', text: textAt(cause, 'message') ?? '' }))
    : complaintsInText(statusMessage(answer));
}

/** Strict decoding of an apply names the fields in the message only: "…: .spec.replicass: field not declared in schema". */
function complaintsInText(message: string): readonly Complaint[] {
  const found = [...message.matchAll(/(\.(?:[\w.\-/]|\[[^\]]*\])+): ([^\n]+)/g)].map(([, field = '', text = '']) => ({
    field,
    text,
  }));
  return found.length > 0 ? found : [{ field: '', text: message }];
}

function explainComplaint({ field, text }: Complaint, target: Target): Finding {
  const what = describeObject(target.object);
  if (isAboutImmutable(text)) {
    return findingAt(
      target,
      'field-immutable',
      field,
      immutableSentence(what, field, text),
      adviceOnImmutable(target.object),
    );
  }
  const message = `${what}: ${field === '' ? '' : `${field}: `}${shortened(text)}`;
  const hint = /not declared in schema|unknown field/.test(text)
    ? 'Check the spelling and the indentation of the field.'
    : undefined;
  return findingAt(target, 'manifest-rejected', field, message, hint);
}

/** The Go value of the field, which the server quotes, can be read by nobody; what of a field may change all the same is worth a word. */
function immutableSentence(what: string, field: string, text: string): string {
  const [, exceptions] =
    /(?:fields other than|immutable after creation except) (.*?)(?: are forbidden)?$/m.exec(text) ?? [];
  const more = exceptions === undefined ? '' : ` but for ${shortened(exceptions.replaceAll(/['`]/g, ''))}`;
  return `${what}: ${field === '' ? 'a field' : field} is immutable${more}`;
}

/** A value of the wrong type is quoted, and in a Secret that is the secret. */
function shortened(text: string): string {
  const unquoted = text.replace(/, got &.*$/s, '');
  return unquoted.length > 300 ? `${unquoted.slice(0, 300)}…` : unquoted;
}
