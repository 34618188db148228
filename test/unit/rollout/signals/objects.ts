import type { JsonObject } from '../../../../src/values/json.ts';
import type { SubjectRule } from '../../../../src/values/subject.ts';

/** Objects as the API server gives them, only as large as the table of signals reads them. */

export const IMAGE = 'registry.test/shop/server:1';

export type Counts = {
  readonly wanted?: number;
  readonly total?: number;
  readonly updated?: number;
  readonly available?: number;
};

export function deployment(counts: Counts = {}, more: JsonObject = {}): JsonObject {
  const { wanted = 1, total = 1, updated = 1, available = 0 } = counts;
  return workload('Deployment', {
    spec: { replicas: wanted, strategy: { type: 'RollingUpdate' }, template: template() },
    status: { observedGeneration: 2, replicas: total, updatedReplicas: updated, availableReplicas: available },
    ...more,
  });
}

export function statefulSet(wanted: number, ready: number, updated: number): JsonObject {
  return workload('StatefulSet', {
    spec: {
      replicas: wanted,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      template: template(),
    },
    status: { observedGeneration: 2, replicas: wanted, readyReplicas: ready, updatedReplicas: updated },
  });
}

export function daemonSet(desired: number, current: number, available: number): JsonObject {
  return workload('DaemonSet', {
    spec: { updateStrategy: { type: 'RollingUpdate' }, template: template() },
    status: {
      observedGeneration: 2,
      desiredNumberScheduled: desired,
      currentNumberScheduled: current,
      updatedNumberScheduled: current,
      numberAvailable: available,
    },
  });
}

export function workload(kind: SubjectRule, more: JsonObject): JsonObject {
  return { kind, metadata: { name: 'server', uid: 'uid-server', generation: 2 }, ...more };
}

/** The same object with some fields of its status replaced. */
export function withStatus(object: JsonObject, status: JsonObject): JsonObject {
  return { ...object, status: { ...Object(object['status']), ...status } };
}

export function condition(
  type: string,
  status: string,
  reason: string,
  message = '',
  more: JsonObject = {},
): JsonObject {
  return { type, status, reason, message, ...more };
}

/** A probe watches it; without one it is `unwatched`. */
export function template(image = IMAGE): JsonObject {
  return { spec: { containers: [{ name: 'server', image, readinessProbe: {} }] } };
}

/** The same workload without a probe: its pods count as ready the moment they run. */
export function unwatched(object: JsonObject, spec: JsonObject = {}): JsonObject {
  const template = { spec: { containers: [{ name: 'server', image: IMAGE }] } };
  return { ...object, spec: { ...Object(object['spec']), template, ...spec } };
}

export type PodOptions = {
  readonly containers?: readonly JsonObject[];
  readonly initContainers?: readonly JsonObject[];
  readonly sidecars?: readonly string[];
  readonly ready?: boolean;
  readonly revision?: string;
  readonly conditions?: readonly JsonObject[];
  readonly phase?: string;
  readonly spec?: JsonObject;
  readonly more?: JsonObject;
  readonly reason?: string;
  readonly message?: string;
  readonly leaving?: boolean;
};

const nameOf = (status: JsonObject): JsonObject => ({ name: status['name'], image: IMAGE });

/** A pod on a node. Without `containers` its one container is being created. */
export function pod(name: string, options: PodOptions = {}): JsonObject {
  const { containers = [waiting('ContainerCreating')], initContainers = [], sidecars = [], ready = false } = options;
  const init = initContainers.map((status) => ({
    ...nameOf(status),
    ...(sidecars.includes(String(status['name'])) ? { restartPolicy: 'Always' } : {}),
  }));
  return {
    kind: 'Pod',
    metadata: {
      name,
      uid: `uid-${name}`,
      labels: { 'pod-template-hash': options.revision ?? 'new' },
      ...(options.leaving === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      nodeName: 'node-1',
      restartPolicy: 'Always',
      initContainers: init,
      containers: containers.map(nameOf),
      ...options.spec,
    },
    status: {
      phase: options.phase ?? 'Pending',
      ...(options.reason === undefined ? {} : { reason: options.reason, message: options.message ?? '' }),
      conditions: options.conditions ?? [
        condition('PodScheduled', 'True', ''),
        condition('Ready', ready ? 'True' : 'False', '', '', { lastTransitionTime: `${name}-${String(ready)}` }),
      ],
      initContainerStatuses: initContainers,
      containerStatuses: containers,
      ...options.more,
    },
  };
}

export function readyPod(name: string, restarts = 0): JsonObject {
  return pod(name, { ready: true, phase: 'Running', containers: [running(restarts)] });
}

export function unscheduled(name: string, reason: string, message: string, more: JsonObject = {}): JsonObject {
  return pod(name, {
    containers: [],
    spec: { nodeName: undefined },
    conditions: [condition('PodScheduled', 'False', reason, message)],
    more,
  });
}

export function waiting(reason: string, message = '', more: JsonObject = {}): JsonObject {
  return {
    name: 'server',
    image: IMAGE,
    restartCount: 0,
    ready: false,
    state: { waiting: { reason, message } },
    lastState: {},
    ...more,
  };
}

export function running(restarts = 0, more: JsonObject = {}): JsonObject {
  return {
    name: 'server',
    image: IMAGE,
    restartCount: restarts,
    ready: true,
    state: { running: {} },
    lastState: {},
    ...more,
  };
}

/** Ended now, before the kubelet says that it waits to start it again. */
export function ended(
  restarts: number,
  exitCode: number,
  reason = 'Error',
  message = '',
  more: JsonObject = {},
): JsonObject {
  return { ...waiting('', '', more), restartCount: restarts, state: { terminated: { exitCode, reason, message } } };
}

export function backOff(
  restarts: number,
  exitCode: number,
  reason = 'Error',
  message = '',
  more: JsonObject = {},
): JsonObject {
  return waiting('CrashLoopBackOff', 'back-off 10s restarting failed container=server pod=x', {
    restartCount: restarts,
    lastState: { terminated: { exitCode, reason, message } },
    ...more,
  });
}

/** An event about a pod, or about `owner` where that is no name of a pod. */
export function event(reason: string, message: string, about: string, count = 1, more: JsonObject = {}): JsonObject {
  return {
    kind: 'Event',
    metadata: { name: `${about}-${reason}-${message}`, uid: `${about}-${reason}-${message}` },
    type: 'Warning',
    reason,
    message,
    count,
    lastTimestamp: '2026-01-01T00:00:30Z',
    involvedObject: { uid: `uid-${about}`, fieldPath: 'spec.containers{server}' },
    ...more,
  };
}
