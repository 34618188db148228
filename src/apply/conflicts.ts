import type { Finding } from '../errors.ts';
import { statusMessage, type ApiAnswer } from '../kube/api.ts';
import { isKubectlsOwn, managerInConflict } from '../kube/field-managers.ts';
import { describeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import { objectsAt, textAt } from '../values/json.ts';
import { findingAt } from './finding-at.ts';

/** A field that the manifest has with another value than the one that its manager gave it. */
export type Conflict = { readonly field: string; readonly manager: string };

/** What stands against an apply without force, kubectl's own managers left out: their fields go over to us. */
export function conflictsIn(answer: ApiAnswer): readonly Conflict[] {
  return objectsAt(answer.body, 'details', 'causes')
    .map((cause) => ({
      field: textAt(cause, 'field') ?? '',
      manager: managerInConflict(textAt(cause, 'message') ?? ''),
    }))
    .filter(({ manager }) => !isKubectlsOwn(manager));
}

export function explainConflicts(answer: ApiAnswer, target: Target): readonly Finding[] {
  const conflicts = conflictsIn(answer);
  const what = describeObject(target.object);
  return conflicts.length === 0
    ? [findingAt(target, 'field-conflict', '', `${what}: ${statusMessage(answer)}`)]
    : conflicts.map(({ field, manager }) =>
        findingAt(
          target,
          'field-conflict',
          field,
          `${what}: field ${field} belongs to the field manager "${manager}"`,
          `Leave the field out of the manifest, stop "${manager}" from setting it, or take it with force-conflicts: true.`,
        ),
      );
}

/** One sentence for each field that an apply with force takes from somebody. */
export function describeTaken(conflicts: readonly Conflict[], target: Target): readonly string[] {
  const what = describeObject(target.object);
  return conflicts.map(({ field, manager }) => `force-conflicts takes ${field} of ${what} from "${manager}"`);
}
