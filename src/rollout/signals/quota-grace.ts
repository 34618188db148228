import type { RowMemory } from './memory.ts';
import { mayOldPodsLeave } from './quota.ts';
import type { Grace } from './row.ts';
import { atLeast, type Situation } from './situation.ts';

/** Others of this run may give room back when they are done. */
const OTHERS_SECONDS = 60;
/** Nobody can tell whether old pods are leaving. */
const UNTOLD_SECONDS = 20;
/** The ReplicaSet controller tries again after twice the time that it was refused for (its queue's back-off, 5 ms doubled each time). */
const RETRY_SECONDS = { least: 10, most: 90 } as const;

/** How long a quota may be exceeded: not at all as long as old pods may give room back, and then until the controller has tried again. */
export function quotaGrace(usual: Grace, seen: RowMemory, { view, knowledge, memory }: Situation): Grace {
  if (mayOldPodsLeave(view, knowledge)) {
    return 'never';
  }
  const { roomExpectedSeconds } = memory;
  if (roomExpectedSeconds !== undefined && roomExpectedSeconds >= seen.firstSeconds) {
    const waited = roomExpectedSeconds - seen.firstSeconds;
    const retried = Math.min(Math.max(waited + 5, RETRY_SECONDS.least), RETRY_SECONDS.most);
    return atLeast(usual, waited + retried);
  }
  return atLeast(
    usual,
    knowledge.othersPending ? OTHERS_SECONDS : knowledge.leavingPods === undefined ? UNTOLD_SECONDS : 0,
  );
}
