import { numberAt, textAt, type JsonObject } from '../../values/json.ts';
import type { Knowledge } from '../knowledge.ts';
import type { RolloutView } from '../view.ts';

/** Whether room may still come from the workload's own old pods: some leave now, or its controller is free to take some away. */
export function mayOldPodsLeave({ object, pinned }: RolloutView, { leavingPods }: Knowledge): boolean {
  return (
    (leavingPods ?? 0) > 0 || (object !== undefined && pinned.subject.rule === 'Deployment' && mayScaleDown(object))
  );
}

/** A Deployment takes old pods away as long as more are available than its maxUnavailable wants (deployment rolling.go). */
function mayScaleDown(object: JsonObject): boolean {
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  const total = numberAt(object, 'status', 'replicas') ?? 0;
  const updated = numberAt(object, 'status', 'updatedReplicas') ?? 0;
  const available = numberAt(object, 'status', 'availableReplicas') ?? 0;
  if (total <= updated) {
    return false;
  }
  return (
    textAt(object, 'spec', 'strategy', 'type') === 'Recreate' || available > wanted - maxUnavailable(object, wanted)
  );
}

/** Rounded down; when surge and this are both 0 the controller takes 1 (deployment_util.go, ResolveFenceposts). */
function maxUnavailable(object: JsonObject, wanted: number): number {
  const share = (name: string, round: (number: number) => number): number => {
    const path = ['spec', 'strategy', 'rollingUpdate', name];
    const percent = Number.parseInt(textAt(object, ...path) ?? '25%', 10);
    return numberAt(object, ...path) ?? round((percent * wanted) / 100);
  };
  const unavailable = share('maxUnavailable', Math.floor);
  return unavailable === 0 && share('maxSurge', Math.ceil) === 0 ? 1 : unavailable;
}
