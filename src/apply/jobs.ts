import type { ApiAnswer } from '../kube/api.ts';
import { describeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import { objectsAt, type JsonObject } from '../values/json.ts';
import type { Finding } from '../errors.ts';
import type { PlannedChange } from './change.ts';
import { findingAt } from './finding-at.ts';
import type { LiveTarget } from './live.ts';
import { fieldsIn, isOnlyImmutable } from './refusals.ts';

/** Whether a Job that cannot be changed is deleted and created anew; `again`: also one that has failed, so that it runs once more. */
export type JobPolicy = 'fail' | 'replace' | 'again';

export function isJob({ object }: Target): boolean {
  return object.kind === 'Job' && object.apiVersion.startsWith('batch/');
}

/**
 * What becomes of a Job whose dry run was refused: it is replaced when it is finished and nothing but immutable fields stands against it.
 * Undefined when the refusal stays what it is.
 */
export function replacementOf(
  { target, live }: LiveTarget,
  answer: ApiAnswer,
  policy: JobPolicy,
): PlannedChange | Finding | undefined {
  if (!isJob(target) || live === undefined || policy === 'fail' || !isOnlyImmutable(answer)) {
    return undefined;
  }
  const fields = fieldsIn(answer).filter((field) => field !== '');
  return isFinished(live) ? replaced({ target, live }, fields) : stillRuns(target, fields[0] ?? '');
}

/** A Job of the policy `again` that has failed runs once more, also when what changes of it would not make it run. */
export function againAfterFailure(change: PlannedChange, policy: JobPolicy): PlannedChange {
  const isDue = policy === 'again' && isJob(change.target) && hasCondition(change.live, 'Failed');
  return isDue ? replaced(change, change.fields) : change;
}

function replaced({ target, live }: LiveTarget, fields: readonly string[]): PlannedChange {
  return { target, kind: 'replaced', live, desired: undefined, fields };
}

function stillRuns(target: Target, field: string): Finding {
  const message = `${describeObject(target.object)} is still running, and ${field === '' ? 'it' : field} can only be changed by replacing it`;
  return findingAt(target, 'field-immutable', field, message, 'Wait for its end and run this again, or delete it.');
}

function isFinished(live: JsonObject): boolean {
  return hasCondition(live, 'Complete') || hasCondition(live, 'Failed');
}

function hasCondition(live: JsonObject | undefined, type: string): boolean {
  return objectsAt(live, 'status', 'conditions').some(
    (condition) => condition['type'] === type && condition['status'] === 'True',
  );
}
