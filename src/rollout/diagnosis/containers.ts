import { numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../../values/json.ts';
import { oneLine } from './plain-text.ts';

/** A container that is not well, by the pod's status alone. */
export type ContainerState = {
  readonly name: string;
  readonly isInit: boolean;
  readonly image: string;
  /** "CrashLoopBackOff", "ErrImagePull", "not ready" … */
  readonly word: string;
  /** On one line; what only repeats that the kubelet waits is left out. */
  readonly message: string | undefined;
  readonly exitCode: number | undefined;
  /** The kubelet's word for how it ended: "OOMKilled", "Error", "StartError". */
  readonly ending: string | undefined;
  /** What the application left behind at its end (terminationMessagePath), lines as they were. */
  readonly lastMessage: string | undefined;
  readonly restarts: number;
  readonly isRunning: boolean;
  readonly hasPrevious: boolean;
};

/** The containers of a pod that keep it from being ready, init containers first, and those that are blamed in any case. */
export function unwellContainers(
  pod: JsonObject,
  isBlamed: (status: JsonObject) => boolean = () => false,
): readonly ContainerState[] {
  const initial = objectsAt(pod, 'status', 'initContainerStatuses').filter(
    (status) => isBlamed(status) || (!endedWell(status) && status['ready'] !== true),
  );
  const isOneShot = (textAt(pod, 'spec', 'restartPolicy') ?? 'Always') !== 'Always';
  const main = objectsAt(pod, 'status', 'containerStatuses').filter(
    (status) => isBlamed(status) || (status['ready'] !== true && !(isOneShot && endedWell(status))),
  );
  // A sidecar counts as started while the others run beside it; an ordinary init container never does.
  const waitsForInit = initial.some((status) => status['started'] !== true && !isBlamed(status));
  return [
    ...initial.map((status) => stateOf(status, true, pod)),
    ...(waitsForInit ? [] : main).map((status) => stateOf(status, false, pod)),
  ];
}

/** Runs again after it ended once. */
export function hasRestarted(status: JsonObject): boolean {
  return valueAt(status, 'lastState', 'terminated') !== undefined;
}

function endedWell(status: JsonObject): boolean {
  return valueAt(status, 'state', 'terminated', 'exitCode') === 0;
}

function stateOf(status: JsonObject, isInit: boolean, pod: JsonObject): ContainerState {
  const name = textAt(status, 'name') ?? '';
  const waitingMessage = textAt(status, 'state', 'waiting', 'message');
  const ended = valueAt(status, 'state', 'terminated') ?? valueAt(status, 'lastState', 'terminated');
  const ending = textAt(ended, 'reason');
  const lastMessage = textAt(ended, 'message');
  const message =
    waitingMessage === undefined || /^back-off .* restarting failed container/.test(waitingMessage)
      ? lastMessage
      : waitingMessage;
  return {
    name,
    isInit,
    image: imageInSpec(pod, name) ?? textAt(status, 'image') ?? '',
    word: textAt(status, 'state', 'waiting', 'reason') ?? ending ?? 'not ready',
    message: message === undefined ? undefined : oneLine(message, 500),
    exitCode: numberAt(ended, 'exitCode'),
    ending,
    lastMessage,
    restarts: numberAt(status, 'restartCount') ?? 0,
    isRunning: valueAt(status, 'state', 'running') !== undefined,
    hasPrevious: valueAt(status, 'lastState', 'terminated') !== undefined,
  };
}

/** The image as the manifest has it: the status may have another spelling of it, or an id. */
function imageInSpec(pod: JsonObject, name: string): string | undefined {
  return [...objectsAt(pod, 'spec', 'initContainers'), ...objectsAt(pod, 'spec', 'containers')]
    .filter((container) => container['name'] === name)
    .map((container) => textAt(container, 'image'))[0];
}
