import { objectsAt, textAt, type JsonObject } from '../../values/json.ts';
import type { RolloutView } from '../view.ts';
import { pullComplaint } from './complaints.ts';
import { unwellContainers, type ContainerState } from './containers.ts';
import { eventsAbout } from './events.ts';
import { oneLine, sameForAll } from './plain-text.ts';

/** One pod that is not well, or the pods that were never made (then without a pod). */
export type Case = {
  readonly pod: JsonObject | undefined;
  readonly name: string;
  readonly containers: readonly ContainerState[];
  readonly condition: string | undefined;
  readonly events: readonly JsonObject[];
};

/** The case of a pod. Containers that are blamed are looked at even when they are well. */
export function caseOf(
  pod: JsonObject,
  events: readonly JsonObject[],
  isBlamed: (container: JsonObject) => boolean,
): Case {
  return {
    pod,
    name: textAt(pod, 'metadata', 'name') ?? '',
    containers: unwellContainers(pod, isBlamed),
    condition: stuckCondition(pod),
    events: eventsAbout(events, textAt(pod, 'metadata', 'uid')),
  };
}

/** Pods that the controller could not make: the condition of the workload and the events about it and its ReplicaSet say why. */
export function caseWithoutPod(view: RolloutView): Case | undefined {
  const uids = new Set([...view.pods, ...view.olderPods].map((pod) => textAt(pod, 'metadata', 'uid')));
  const events = view.events.filter((event) => !uids.has(textAt(event, 'involvedObject', 'uid')));
  const failure = objectsAt(view.object, 'status', 'conditions').find(
    (condition) => condition['type'] === 'ReplicaFailure' && condition['status'] === 'True',
  );
  const isAboutPods = view.pods.length === 0 || failure !== undefined;
  if (!isAboutPods || (events.length === 0 && failure === undefined)) {
    return undefined;
  }
  const condition = textAt(failure, 'message');
  return {
    pod: undefined,
    name: '',
    containers: [],
    condition: condition === undefined ? undefined : oneLine(condition, 500),
    events,
  };
}

/** Cases with the same cause are one group, whatever the moment at which each was looked at. */
export function groupCases(cases: readonly Case[]): readonly (readonly Case[])[] {
  return [...Map.groupBy(cases, keyOf).values()];
}

function keyOf({ pod, name, containers, condition }: Case): string {
  const causes = containers.map((container) => {
    const message = pullComplaint(container.message ?? '', container.image);
    return [container.name, classOf(container), container.exitCode, sameForAll(message, name)].join(' ');
  });
  const rejected = [textAt(pod, 'status', 'reason'), sameForAll(textAt(pod, 'status', 'message') ?? '', name)];
  return [pod === undefined, ...causes, ...rejected, sameForAll(condition ?? '', name)].join('\n');
}

/** The words that take turns while one cause lasts are one. */
function classOf({ word, exitCode }: ContainerState): string {
  if (word === 'ImagePullBackOff' || word === 'ErrImagePull') {
    return 'pull';
  }
  return exitCode === undefined ? word : 'ended';
}

/** Why the pod itself does not come up: no node takes it, its node refused it, a readiness gate is closed. */
function stuckCondition(pod: JsonObject): string | undefined {
  const conditions = objectsAt(pod, 'status', 'conditions');
  const scheduled = conditions.find((condition) => condition['type'] === 'PodScheduled');
  if (scheduled?.['status'] === 'False') {
    return oneLine(textAt(scheduled, 'message') ?? textAt(scheduled, 'reason') ?? '', 500);
  }
  const refused = [textAt(pod, 'status', 'reason'), textAt(pod, 'status', 'message')].filter(
    (text) => text !== undefined,
  );
  if (refused.length > 0) {
    return oneLine(refused.join(': '), 500);
  }
  const areContainersReady = conditions.some(({ type, status }) => type === 'ContainersReady' && status === 'True');
  const closed = objectsAt(pod, 'spec', 'readinessGates')
    .map((gate) => textAt(gate, 'conditionType') ?? '')
    .find((gate) => !conditions.some(({ type, status }) => type === gate && status === 'True'));
  return areContainersReady && closed !== undefined ? `the readiness gate ${closed} is not open` : undefined;
}
