import { numberAt, objectsAt, textAt, type JsonObject } from '../values/json.ts';
import type { RolloutKind } from '../values/workload.ts';

/** How far a rollout is, by one read of the object. `text` completes "server: …". */
export type Progress =
  | { readonly kind: 'waiting'; readonly text: string }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string };

/** kubectl's rule for the kind, in kubectl's order (kubectl rollout_status.go, v1.34). */
export function progressOf(kind: RolloutKind, object: JsonObject): Progress {
  const generation = numberAt(object, 'metadata', 'generation') ?? 0;
  const observed = numberAt(object, 'status', 'observedGeneration') ?? 0;
  if (generation > observed) {
    return waiting('the change is not yet seen by its controller');
  }
  switch (kind) {
    case 'Deployment':
      return deploymentProgress(object);
    case 'StatefulSet':
      return withoutRollout(object) ?? statefulSetProgress(object);
    case 'DaemonSet':
      return withoutRollout(object) ?? daemonSetProgress(object);
  }
}

function deploymentProgress(object: JsonObject): Progress {
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  const { total, updated, available } = countsOf(object);
  const progressing = objectsAt(object, 'status', 'conditions').find(
    (condition) => condition['type'] === 'Progressing',
  );
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded') {
    return {
      kind: 'failed',
      text: `made no progress within its deadline (progressDeadlineSeconds)${availability(available, wanted)}`,
    };
  }
  if (updated < wanted) {
    return waiting(`${updated} of ${wanted} updated`);
  }
  if (total > updated) {
    return waiting(`${updated} of ${wanted} updated, ${count(total - updated, 'old replica')} still there`);
  }
  if (available < updated) {
    return waiting(`${available} of ${updated} updated replicas available`);
  }
  return done(wanted);
}

/** OnDelete: the pods are replaced when somebody deletes them, and kubectl calls that an error. */
function withoutRollout(object: JsonObject): Progress | undefined {
  const type = textAt(object, 'spec', 'updateStrategy', 'type') ?? 'RollingUpdate';
  return type === 'RollingUpdate'
    ? undefined
    : { kind: 'failed', text: `has the update strategy ${type}, which has no rollout to wait for` };
}

function statefulSetProgress(object: JsonObject): Progress {
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  const ready = numberAt(object, 'status', 'readyReplicas') ?? 0;
  const updated = numberAt(object, 'status', 'updatedReplicas') ?? 0;
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  if (ready < wanted) {
    return waiting(`${ready} of ${wanted} ready`);
  }
  if (updated < wanted - partition) {
    return waiting(`${updated} of ${wanted - partition} updated`);
  }
  const target = Math.max(0, wanted - partition);
  return done(
    wanted,
    partition === 0
      ? `${wanted} of ${wanted} updated and ready`
      : `${target} of ${target} above the partition updated, ${wanted} of ${wanted} ready`,
  );
}

function daemonSetProgress(object: JsonObject): Progress {
  const wanted = numberAt(object, 'status', 'desiredNumberScheduled') ?? 0;
  const updated = numberAt(object, 'status', 'updatedNumberScheduled') ?? 0;
  const available = numberAt(object, 'status', 'numberAvailable') ?? 0;
  if (updated < wanted) {
    return waiting(`${updated} of ${wanted} updated`);
  }
  if (available < wanted) {
    return waiting(`${available} of ${wanted} available`);
  }
  return done(wanted);
}

function countsOf(object: JsonObject): {
  readonly total: number;
  readonly updated: number;
  readonly available: number;
} {
  return {
    total: numberAt(object, 'status', 'replicas') ?? 0,
    updated: numberAt(object, 'status', 'updatedReplicas') ?? 0,
    available: numberAt(object, 'status', 'availableReplicas') ?? 0,
  };
}

function waiting(text: string): Progress {
  return { kind: 'waiting', text };
}

function done(wanted: number, text = `${wanted} of ${wanted} updated and available`): Progress {
  return { kind: 'done', text: wanted === 0 ? 'scaled to zero, nothing runs' : text };
}

function availability(available: number, wanted: number): string {
  return `, ${available} of ${wanted} available`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
