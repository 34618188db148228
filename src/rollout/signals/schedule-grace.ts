import { textAt } from '../../values/json.ts';
import { atLeast, type Situation } from './situation.ts';
import type { RowMemory } from './memory.ts';
import { uidOf } from './pod.ts';
import type { Grace } from './row.ts';
import type { Sighting } from './sighting.ts';

/** cluster-autoscaler and Karpenter: a node is on its way. It takes one to five minutes. */
const NODE_COMES = ['TriggeredScaleUp', 'Nominated', 'NominatedNode', 'Launched'];
const NODE_SECONDS = 600;
/** The autoscaler may look again, with another group of nodes. */
const REFUSED_SECONDS = 30;

/** How long a pod may stay without a node. Pods of the subject that leave make room, and are waited for. */
export function scheduleGrace(
  usual: Grace,
  { finding }: Sighting,
  seen: RowMemory,
  { view, knowledge, memory, patience }: Situation,
): Grace {
  const uid = finding.place.podUid ?? '';
  const pod = view.pods.find((pod) => uidOf(pod) === uid);
  const own = patience.scheduleGraceSeconds === undefined ? usual : { seconds: patience.scheduleGraceSeconds };
  if ((knowledge.leavingPods ?? 0) > 0) {
    return 'never';
  }
  const events = knowledge.podEvents.get(uid) ?? [];
  const isNodeComing =
    events.some((event) => NODE_COMES.includes(textAt(event, 'reason') ?? '')) ||
    (textAt(pod, 'status', 'nominatedNodeName') ?? '') !== '';
  if (isNodeComing) {
    return atLeast(own, NODE_SECONDS);
  }
  const refused = memory.marks.get(`NotTriggerScaleUp ${uid}`);
  return refused === undefined ? own : atLeast(own, refused - seen.firstSeconds + REFUSED_SECONDS);
}
