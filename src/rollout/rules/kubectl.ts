import { isJsonObject, numberAt, textAt, valueAt, type JsonObject } from '../../values/json.ts';
import type { RolloutKind } from '../../values/workload.ts';
import { conditionOf, done, failed, UNSEEN, waiting, type Progress } from './progress.ts';

/**
 * What `kubectl rollout status` says of an object: the same questions in the same order (kubectl rollout_status.go, v1.34). It knows no
 * time: a deadline that was exceeded before our change counts here too, as it does for kubectl.
 */
export function kubectlProgress(kind: RolloutKind, object: JsonObject): Progress {
  switch (kind) {
    case 'Deployment':
      return isSeen(object) ? deploymentProgress(object) : waiting(UNSEEN);
    case 'StatefulSet':
      return withoutRollout(object) ?? (isSeenOnce(object) ? statefulSetProgress(object) : waiting(UNSEEN));
    case 'DaemonSet':
      return withoutRollout(object) ?? (isSeen(object) ? daemonSetProgress(object) : waiting(UNSEEN));
  }
}

/** True when the controller has seen the newest generation. */
export function isSeen(object: JsonObject): boolean {
  return (numberAt(object, 'metadata', 'generation') ?? 0) <= statusNumber(object, 'observedGeneration');
}

/** For a StatefulSet kubectl takes 0 for "never seen", whatever the generation. */
function isSeenOnce(object: JsonObject): boolean {
  return statusNumber(object, 'observedGeneration') !== 0 && isSeen(object);
}

function deploymentProgress(object: JsonObject): Progress {
  const updated = statusNumber(object, 'updatedReplicas');
  const available = statusNumber(object, 'availableReplicas');
  const old = statusNumber(object, 'replicas') - updated;
  const replicas = numberAt(object, 'spec', 'replicas');
  const wanted = replicas ?? updated;
  if (conditionOf(object, 'Progressing')?.['reason'] === 'ProgressDeadlineExceeded') {
    return failed(
      'progress-deadline-exceeded',
      `made no progress within its deadline (progressDeadlineSeconds), ${available} of ${wanted} available`,
    );
  }
  if (updated < wanted) {
    return waiting(`${updated} of ${wanted} updated`);
  }
  if (old > 0) {
    return waiting(`${updated} of ${wanted} updated, ${old} old ${old === 1 ? 'replica' : 'replicas'} still there`);
  }
  if (available < updated) {
    return waiting(`${available} of ${updated} updated replicas available`);
  }
  return doneWith(wanted, `${wanted} of ${wanted} updated and available`);
}

/** OnDelete: the pods are replaced when somebody deletes them, and kubectl calls that an error. */
function withoutRollout(object: JsonObject): Progress | undefined {
  const type = textAt(object, 'spec', 'updateStrategy', 'type') ?? '';
  return type === 'RollingUpdate'
    ? undefined
    : failed('rollout-on-delete', `has the update strategy ${type || '""'}, which has no rollout to wait for`);
}

function statefulSetProgress(object: JsonObject): Progress {
  const ready = statusNumber(object, 'readyReplicas');
  const updated = statusNumber(object, 'updatedReplicas');
  const wanted = numberAt(object, 'spec', 'replicas') ?? ready;
  if (ready < wanted) {
    return waiting(`${ready} of ${wanted} ready`);
  }
  if (!isJsonObject(valueAt(object, 'spec', 'updateStrategy', 'rollingUpdate'))) {
    return revisionProgress(object, updated, wanted);
  }
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const target = partition === undefined ? 0 : Math.max(0, wanted - partition);
  // Without replicas there is nothing that a partition could be counted from.
  if (numberAt(object, 'spec', 'replicas') !== undefined && updated < target) {
    return waiting(`${updated} of ${target} updated`);
  }
  return doneWith(
    wanted,
    partition === undefined || partition === 0
      ? `${wanted} of ${wanted} updated and ready`
      : `${target} of ${target} above the partition updated, ${wanted} of ${wanted} ready`,
  );
}

/** For an object that the API server did not complete: it always adds `rollingUpdate`. */
function revisionProgress(object: JsonObject, updated: number, wanted: number): Progress {
  const isCurrent =
    (textAt(object, 'status', 'updateRevision') ?? '') === (textAt(object, 'status', 'currentRevision') ?? '');
  return isCurrent
    ? doneWith(wanted, `${wanted} of ${wanted} updated and ready`)
    : waiting(`${updated} of ${wanted} updated`);
}

function daemonSetProgress(object: JsonObject): Progress {
  const wanted = statusNumber(object, 'desiredNumberScheduled');
  const updated = statusNumber(object, 'updatedNumberScheduled');
  const available = statusNumber(object, 'numberAvailable');
  if (updated < wanted) {
    return waiting(`${updated} of ${wanted} updated`);
  }
  if (available < wanted) {
    return waiting(`${available} of ${wanted} available`);
  }
  return wanted === 0 ? done('no node is to run it') : done(`${wanted} of ${wanted} updated and available`);
}

function statusNumber(object: JsonObject, key: string): number {
  return numberAt(object, 'status', key) ?? 0;
}

function doneWith(wanted: number, text: string): Progress {
  return done(wanted === 0 ? 'scaled to zero, nothing runs' : text);
}
