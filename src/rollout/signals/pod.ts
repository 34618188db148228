import { objectsAt, textAt, valueAt, type JsonObject } from '../../values/json.ts';

/** Reading a pod as the API gives it. */

export function uidOf(pod: JsonObject): string {
  return textAt(pod, 'metadata', 'uid') ?? '';
}

export function podName(pod: JsonObject): string {
  return textAt(pod, 'metadata', 'name') ?? '';
}

/** The hash that all pods of one revision share; empty for pods that have no revision. */
export function revisionOf(pod: JsonObject): string {
  const labels = valueAt(pod, 'metadata', 'labels');
  return textAt(labels, 'pod-template-hash') ?? textAt(labels, 'controller-revision-hash') ?? '';
}

/** One container of a pod with what the kubelet says of it. */
export type ContainerState = {
  readonly name: string;
  readonly image: string;
  /** Runs to its end before the others begin; a native sidecar does not. */
  readonly isInit: boolean;
  readonly status: JsonObject;
};

/** Init containers first; ephemeral ones, with which somebody looks around in the pod, are none of ours. */
export function containersOf(pod: JsonObject): readonly ContainerState[] {
  return [
    ...statesOf(pod, 'initContainers', 'initContainerStatuses'),
    ...statesOf(pod, 'containers', 'containerStatuses'),
  ];
}

function statesOf(pod: JsonObject, list: string, statuses: string): readonly ContainerState[] {
  const specs = new Map(objectsAt(pod, 'spec', list).map((container) => [textAt(container, 'name') ?? '', container]));
  return objectsAt(pod, 'status', statuses).map((status) => {
    const name = textAt(status, 'name') ?? '';
    const spec = specs.get(name);
    return {
      name,
      image: textAt(spec, 'image') ?? textAt(status, 'image') ?? '',
      isInit: list === 'initContainers' && textAt(spec, 'restartPolicy') !== 'Always',
      status,
    };
  });
}

/** Whether the container runs now, or did: it is past its image and its configuration. */
export function hasBegun({ status }: ContainerState): boolean {
  return ['running', 'terminated'].some(
    (state) => valueAt(status, 'state', state) !== undefined || valueAt(status, 'lastState', state) !== undefined,
  );
}

/** An event's count, however it is told; at least 1. */
export function countOf(event: JsonObject): number {
  const counts = [valueAt(event, 'count'), valueAt(event, 'series', 'count')];
  return Math.max(1, ...counts.filter((count) => typeof count === 'number'));
}

/** Events about a pod; of one of its containers only, where that is named. */
export function eventsAbout(events: readonly JsonObject[], uid: string, container?: string): readonly JsonObject[] {
  return events.filter(
    (event) =>
      textAt(event, 'involvedObject', 'uid') === uid &&
      (container === undefined || textAt(event, 'involvedObject', 'fieldPath')?.includes(`{${container}}`) === true),
  );
}
