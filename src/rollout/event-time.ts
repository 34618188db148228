import { textAt, type JsonObject } from '../values/json.ts';

/** When an event was seen last; empty when it does not say. `lastTimestamp` is empty in events of newer components. */
export function lastTimeOf(event: JsonObject | undefined): string {
  return (
    textAt(event, 'series', 'lastObservedTime') ??
    textAt(event, 'lastTimestamp') ??
    textAt(event, 'eventTime') ??
    textAt(event, 'metadata', 'creationTimestamp') ??
    ''
  );
}

/** The same in milliseconds since the epoch; one that says nothing is the newest. */
export function lastMillisecondsOf(event: JsonObject): number {
  const time = Date.parse(lastTimeOf(event));
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time;
}
