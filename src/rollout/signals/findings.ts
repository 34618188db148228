import { textAt, type JsonObject } from '../../values/json.ts';
import type { Knowledge } from '../knowledge.ts';
import type { RolloutView } from '../view.ts';
import { containerFindings } from './container-findings.ts';
import { creationFindings } from './creation-findings.ts';
import type { Memory } from './memory.ts';
import { podFindings } from './pod-findings.ts';
import { podName, revisionOf, uidOf } from './pod.ts';
import { sightingOf, type Sighting } from './sighting.ts';

/** Everything that is wrong with the pods of the newest revision. The view is an ordered one (orderedView). */
export function findingsOf(view: RolloutView, knowledge: Knowledge, memory: Memory): readonly Sighting[] {
  return [
    ...creationFindings(view),
    ...view.pods.flatMap((pod) =>
      isLost(pod)
        ? lossFindings(pod, memory)
        : [...containerFindings(pod, view.events, memory), ...podFindings(pod, view.events, knowledge)],
    ),
  ];
}

/** Given up as a whole; a pod that may end (of a Job) is judged by its owner. */
export function isLost(pod: JsonObject): boolean {
  return textAt(pod, 'status', 'phase') === 'Failed' && (textAt(pod, 'spec', 'restartPolicy') ?? 'Always') === 'Always';
}

function lossFindings(pod: JsonObject, memory: Memory): readonly Sighting[] {
  return sightingOf({
    family: 'loss',
    words: [textAt(pod, 'status', 'reason') ?? 'Failed'],
    text: textAt(pod, 'status', 'message') ?? '',
    place: { podUid: uidOf(pod), podName: podName(pod), node: textAt(pod, 'spec', 'nodeName') },
    scope: revisionOf(pod),
    observations: memory.recentLosses,
  });
}
