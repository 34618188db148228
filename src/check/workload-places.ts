import type { RolloutKind } from '../values/workload.ts';
import type { Resource } from './need.ts';

/** Where the workloads of a kind are; all rollout kinds are in apps/v1. */
export function workloadCollection(kind: RolloutKind, namespace: string): Resource {
  return { group: 'apps', resource: `${kind.toLowerCase()}s`, namespace };
}
