import type { RolloutReason } from '../../reasons.ts';
import { objectsAt, textAt, type JsonObject } from '../../values/json.ts';

/** How far something is, by one read of the object. `text` completes "server: …". */
export type Progress =
  | { readonly kind: 'waiting'; readonly text: string }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: RolloutReason; readonly text: string };

export const UNSEEN = 'the change is not yet seen by its controller';

export function waiting(text: string): Progress {
  return { kind: 'waiting', text };
}

export function done(text: string): Progress {
  return { kind: 'done', text };
}

export function failed(reason: RolloutReason, text: string): Progress {
  return { kind: 'failed', reason, text };
}

/** The condition of a type, whatever its status; the first one, as kubectl takes it. */
export function conditionOf(object: JsonObject, type: string): JsonObject | undefined {
  return objectsAt(object, 'status', 'conditions').find((condition) => condition['type'] === type);
}

/** The condition of a type, if it is True. */
export function trueCondition(object: JsonObject, type: string): JsonObject | undefined {
  const condition = conditionOf(object, type);
  return condition?.['status'] === 'True' ? condition : undefined;
}

/** ": BackoffLimitExceeded: Job has reached …", as far as reason and message are there, on one line. Empty for nothing. */
export function explanation(said: unknown): string {
  return [textAt(said, 'reason'), textAt(said, 'message')]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => `: ${part?.replaceAll(/\s+/g, ' ').trim() ?? ''}`)
    .join('');
}
