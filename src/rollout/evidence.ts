import { numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';

/** What a container that is not well says about itself. */
export type ContainerEvidence = {
  readonly container: string;
  /** "CrashLoopBackOff", "ErrImagePull", "not ready" … */
  readonly reason: string;
  readonly message: string | undefined;
  readonly exitCode: number | undefined;
  readonly restarts: number;
  readonly isRunning: boolean;
  readonly hasPreviousLog: boolean;
  readonly log: readonly string[];
};

export type PodEvidence = {
  readonly pod: string;
  readonly node: string | undefined;
  readonly phase: string;
  /** Why the pod itself is stuck, for example that no node fits. */
  readonly condition: string | undefined;
  readonly containers: readonly ContainerEvidence[];
  readonly events: readonly string[];
};

/** The containers of a pod that keep it from being ready, init containers first. Logs are added by whoever may read them. */
export function unwellContainers(pod: JsonObject): readonly ContainerEvidence[] {
  const initial = objectsAt(pod, 'status', 'initContainerStatuses').filter(
    (status) => valueAt(status, 'state', 'terminated', 'exitCode') !== 0 && status['ready'] !== true,
  );
  const main = objectsAt(pod, 'status', 'containerStatuses').filter((status) => status['ready'] !== true);
  const waitsForInit = initial.length > 0;
  return [...initial, ...(waitsForInit ? [] : main)].map(describeContainer);
}

export function isReady(pod: JsonObject): boolean {
  return objectsAt(pod, 'status', 'conditions').some(
    (condition) => condition['type'] === 'Ready' && condition['status'] === 'True',
  );
}

/** The message of the condition that keeps the pod from being scheduled, if one does. */
export function stuckCondition(pod: JsonObject): string | undefined {
  const scheduled = objectsAt(pod, 'status', 'conditions').find((condition) => condition['type'] === 'PodScheduled');
  return scheduled?.['status'] === 'False' ? (textAt(scheduled, 'message') ?? textAt(scheduled, 'reason')) : undefined;
}

/** "FailedScheduling: 0/1 nodes are available (3 times)". */
export function describeEvent(event: JsonObject): string {
  const times = numberAt(event, 'count') ?? numberAt(event, 'series', 'count') ?? 1;
  const message = (textAt(event, 'message') ?? '').replace(/\s+/g, ' ').trim();
  return `${textAt(event, 'reason') ?? 'Warning'}: ${message}${times > 1 ? ` (${times} times)` : ''}`;
}

function describeContainer(status: JsonObject): ContainerEvidence {
  const waitingReason = textAt(status, 'state', 'waiting', 'reason');
  const ended = valueAt(status, 'state', 'terminated') ?? valueAt(status, 'lastState', 'terminated');
  const endedReason = textAt(ended, 'reason');
  return {
    container: textAt(status, 'name') ?? '',
    reason: waitingReason ?? endedReason ?? 'not ready',
    message: textAt(status, 'state', 'waiting', 'message') ?? textAt(ended, 'message'),
    exitCode: numberAt(ended, 'exitCode'),
    restarts: numberAt(status, 'restartCount') ?? 0,
    isRunning: valueAt(status, 'state', 'running') !== undefined,
    hasPreviousLog: valueAt(status, 'lastState', 'terminated') !== undefined,
    log: [],
  };
}
