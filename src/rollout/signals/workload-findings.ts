import { objectsAt, textAt, type JsonObject } from '../../values/json.ts';
import { isSeen } from '../rules/kubectl.ts';
import { pausedProgress } from '../rules/paused.ts';
import { conditionOf, type Progress } from '../rules/progress.ts';
import type { RolloutView } from '../view.ts';
import { containerFindings } from './container-findings.ts';
import type { Memory } from './memory.ts';
import { isReady } from '../pod-state.ts';
import { podName } from './pod.ts';
import type { Grace } from './row.ts';
import { sightingOf, type Sighting, type Sign } from './sighting.ts';

/** What kubectl, or the rule of the kind, says itself: it counts without failing fast too. */
export function ruleFindings({ object, pinned }: RolloutView, progress: Progress): readonly Sighting[] {
  if (progress.kind !== 'failed' || object === undefined) {
    return [];
  }
  if (hasExceededDeadline(object)) {
    return workloadSighting('ProgressDeadlineExceeded', '');
  }
  return pinned.subject.rule === 'custom' ? workloadSighting('Stalled', progress.text) : [];
}

/** What the object shows beside the rule of its kind. */
export function workloadFindings(view: RolloutView, memory: Memory): readonly Sighting[] {
  const { object, pinned } = view;
  const { rule } = pinned.subject;
  if (object === undefined || (rule !== 'Deployment' && rule !== 'StatefulSet' && rule !== 'DaemonSet')) {
    return [];
  }
  if (!isSeen(object)) {
    return workloadSighting('Unobserved', '');
  }
  const paused = rule === 'Deployment' ? pausedProgress(object) : undefined;
  const progressing = conditionOf(object, 'Progressing');
  return [
    ...(paused === undefined ? [] : workloadSighting('Paused', '')),
    ...(rule === 'Deployment' && progressing?.['reason'] === 'ReplicaSetCreateError'
      ? workloadSighting('ReplicaSetCreateError', textAt(progressing, 'message') ?? '')
      : []),
    ...(rule === 'StatefulSet' ? blockingPods(view, object, memory) : []),
  ];
}

/** An ordered StatefulSet replaces no pod while one is not ready, not even that one (StatefulSet, Forced rollback). */
function blockingPods(view: RolloutView, object: JsonObject, memory: Memory): readonly Sighting[] {
  if (textAt(object, 'spec', 'podManagementPolicy') === 'Parallel') {
    return [];
  }
  const stuck = view.olderPods
    .filter((pod) => !isReady(pod))
    .flatMap((pod) => containerFindings(pod, view.events, memory).map((sighting) => ({ pod, sighting })))
    .toSorted((one, other) => podName(one.pod).localeCompare(podName(other.pod)));
  return stuck
    .slice(0, 1)
    .flatMap(({ sighting: { finding } }) =>
      workloadSighting(
        'OlderPodNotReady',
        `${finding.place.podName ?? ''}: ${finding.word}: ${finding.text}`,
        finding.place,
      ),
    );
}

function workloadSighting(word: string, text: string, place: Sign['place'] = {}): readonly Sighting[] {
  return sightingOf({ family: 'workload', words: [word], text, place, scope: word, observations: 1 });
}

export function hasExceededDeadline(object: JsonObject): boolean {
  return conditionOf(object, 'Progressing')?.['reason'] === 'ProgressDeadlineExceeded';
}

/** The object as if its deadline had not passed: what kubectl would say then. */
export function withoutDeadline(object: JsonObject): JsonObject {
  const conditions = objectsAt(object, 'status', 'conditions').filter(
    (condition) => condition['type'] !== 'Progressing',
  );
  return { ...object, status: { ...Object(object['status']), conditions } };
}

/**
 * A deadline that passed before our change is told until the rollout moves (undo to a ReplicaSet that exists): it counts only later. One of
 * the very second of our change is an old one too, for no deadline is shorter than a second.
 */
export function deadlineGrace(stale: Grace, { object, pinned }: RolloutView): Grace {
  const condition = object === undefined ? undefined : conditionOf(object, 'Progressing');
  const toldAt = Date.parse(textAt(condition, 'lastUpdateTime') ?? '');
  const isFresh = !pinned.isChanged || toldAt > pinned.serverTimeMilliseconds;
  return isFresh ? { seconds: 0 } : stale;
}
