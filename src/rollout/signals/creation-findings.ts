import { numberAt, textAt, type JsonObject } from '../../values/json.ts';
import type { RolloutView } from '../view.ts';
import { conditionOf } from '../rules/progress.ts';
import { countOf, podName } from './pod.ts';
import { sightingOf, type Sighting } from './sighting.ts';

/** Pods that the owner is not allowed to make. The text of the newest event is the current one; that of the condition is of the first refusal. */
export function creationFindings(view: RolloutView): readonly Sighting[] {
  const { object } = view;
  if (object === undefined || !isShortOfPods(view, object)) {
    return [];
  }
  const refusals = view.events.filter((event) => event['reason'] === 'FailedCreate' && isAboutMissingPod(event, view));
  const condition = conditionOf(object, 'ReplicaFailure');
  const isRefused = condition?.['status'] === 'True';
  const text = textAt(refusals.at(-1), 'message') ?? (isRefused ? textAt(condition, 'message') : undefined);
  if (text === undefined) {
    return [];
  }
  return sightingOf({
    family: 'creation',
    words: ['FailedCreate'],
    text: text.replace(/(^|events\): )(Error creating: |create Pod \S+ in StatefulSet \S+ failed error: )/, ''),
    place: {},
    scope: '',
    observations: Math.max(
      1,
      refusals.reduce((sum, event) => sum + countOf(event), 0),
    ),
  });
}

/** Events outlive what they tell of: they do not count once the pods are there. */
function isShortOfPods({ pinned, events, pods }: RolloutView, object: JsonObject): boolean {
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  switch (pinned.subject.rule) {
    case 'Deployment': {
      const updated = numberAt(object, 'status', 'updatedReplicas') ?? 0;
      // The condition may be an older ReplicaSet's: events are only of the newest.
      const isOurs = updated === 0 || events.some((event) => event['reason'] === 'FailedCreate');
      return conditionOf(object, 'ReplicaFailure')?.['status'] === 'True' && updated < wanted && isOurs;
    }
    case 'StatefulSet':
      return pods.length < wanted;
    case 'DaemonSet':
      return (
        (numberAt(object, 'status', 'currentNumberScheduled') ?? 0) <
        (numberAt(object, 'status', 'desiredNumberScheduled') ?? 0)
      );
    case 'Job':
      return pods.length === 0;
    case 'Pod':
    case 'custom':
      return false;
  }
}

/** A StatefulSet names the pod: once that one is there, it was made after all. */
function isAboutMissingPod(event: JsonObject, { pods, olderPods }: RolloutView): boolean {
  const [, name] = /^create Pod (\S+) in StatefulSet/.exec(textAt(event, 'message') ?? '') ?? [];
  return name === undefined || ![...pods, ...olderPods].some((pod) => podName(pod) === name);
}
