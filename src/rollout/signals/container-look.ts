import type { JsonObject } from '../../values/json.ts';
import type { Place } from '../verdict.ts';
import { countOf, type ContainerState } from './pod.ts';

/** One container that is not well, as its pod and its events tell of it. */
export type ContainerLook = {
  readonly pod: JsonObject;
  readonly container: ContainerState;
  readonly word: string | undefined;
  readonly text: string;
  readonly told: readonly JsonObject[];
  readonly place: Place;
  readonly scope: string;
};

/** How often all of these events happened. */
export function sumOf(events: readonly JsonObject[]): number {
  return events.reduce((total, event) => total + countOf(event), 0);
}
