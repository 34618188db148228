import { lastTimeOf } from '../event-time.ts';
import { textAt, type JsonObject } from '../../values/json.ts';
import type { RolloutView } from '../view.ts';
import { isLeaving } from '../pod-state.ts';
import { podName, uidOf } from './pod.ts';

/**
 * The same view, in an order of its own, with everything once: neither the order in which watches tell things nor what they tell twice may
 * change a verdict. Pods that leave, or have come to a good end, are out.
 */
export function orderedView(view: RolloutView): RolloutView {
  return {
    ...view,
    pods: orderedPods(view.pods),
    olderPods: orderedPods(view.olderPods),
    events: once(
      view.events,
      (event) => textAt(event, 'metadata', 'uid') ?? textAt(event, 'metadata', 'name') ?? '',
      orderOf,
    ),
  };
}

function orderedPods(pods: readonly JsonObject[]): readonly JsonObject[] {
  const alive = pods.filter((pod) => !isLeaving(pod) && textAt(pod, 'status', 'phase') !== 'Succeeded');
  return once(alive, uidOf, podName);
}

function once(
  objects: readonly JsonObject[],
  keyOf: (object: JsonObject) => string,
  orderOf: (object: JsonObject) => string,
): readonly JsonObject[] {
  const ordered = objects.toSorted((one, other) => orderOf(one).localeCompare(orderOf(other)));
  return [...new Map(ordered.map((object) => [keyOf(object), object])).values()];
}

function orderOf(event: JsonObject): string {
  return `${lastTimeOf(event)} ${textAt(event, 'metadata', 'uid') ?? textAt(event, 'metadata', 'name') ?? ''}`;
}
