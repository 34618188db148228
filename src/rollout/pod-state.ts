import { textAt, type JsonObject } from '../values/json.ts';
import { conditionOf } from './rules/progress.ts';

export function isReady(pod: JsonObject): boolean {
  return conditionOf(pod, 'Ready')?.['status'] === 'True';
}

/** Is being deleted. */
export function isLeaving(pod: JsonObject): boolean {
  return textAt(pod, 'metadata', 'deletionTimestamp') !== undefined;
}
