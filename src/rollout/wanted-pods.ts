import { numberAt, type JsonObject } from '../values/json.ts';

/** How many pods a workload wants to have; 1 for what does not say. */
export function wantedPods(object: JsonObject | undefined): number {
  return numberAt(object, 'spec', 'replicas') ?? numberAt(object, 'status', 'desiredNumberScheduled') ?? 1;
}
