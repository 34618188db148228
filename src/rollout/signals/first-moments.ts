import { numberAt, textAt, type JsonObject } from '../../values/json.ts';
import type { SubjectRule } from '../../values/subject.ts';
import { isReady } from '../pod-state.ts';
import { conditionOf } from '../rules/progress.ts';
import { wantedPods } from '../wanted-pods.ts';
import { isWatched } from '../watched.ts';
import { PROVEN_SECONDS } from './observe-pods.ts';
import { containersOf, uidOf } from './pod.ts';
import type { Situation } from './situation.ts';

/**
 * What ends at once is running too, for the one look of the kubelet that falls between: its next one comes a second later (kubelet
 * pleg/generic.go, relist period), and is told a little later still.
 */
const FIRST_SECONDS = 2;

/** What is waited for, as a clause, and how long at least. */
export type StillToSee = { readonly text: string; readonly leftSeconds: number };

/**
 * What a rollout that is done by its rule still waits for: pods that nobody probes count as ready the moment they run, and so for a moment
 * before they crash. Each has to run for 2 s, and for 10 s once it has crashed; where the pods are not known, the rollout has to be done for
 * 2 s. Undefined when there is nothing to wait for.
 */
export function stillToSee(situation: Situation): StillToSee | undefined {
  const { view, memory, activeSeconds, patience } = situation;
  const { rule } = view.pinned.subject;
  if (!patience.failFast || !HAVE_PODS.includes(rule) || isWatched(view.object)) {
    return undefined;
  }
  const ready = view.pods.filter(isReady);
  const crashed = ready.filter(hasCrashed);
  const ofCrashed = waitFor('what crashed before', PROVEN_SECONDS, secondsReady(crashed, situation));
  if (ofCrashed !== undefined) {
    return ofCrashed;
  }
  const areKnown = rule === 'Pod' || ready.length >= wantedPods(view.object);
  const doneSeconds = activeSeconds - (memory.doneSinceSeconds ?? activeSeconds);
  // What is done, and has not crashed, runs for as long as it is done, whenever its pods were seen.
  const knownSeconds = areKnown ? secondsReady(ready, situation) : view.pinned.isChanged ? 0 : Infinity;
  return waitFor('it', FIRST_SECONDS, Math.max(doneSeconds, knownSeconds));
}

function waitFor(what: string, wantedSeconds: number, seconds: number): StillToSee | undefined {
  const text = `${what} has to run for ${wantedSeconds} s, since nothing probes it`;
  return seconds < wantedSeconds ? { text, leftSeconds: wantedSeconds - seconds } : undefined;
}

const HAVE_PODS: readonly SubjectRule[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'];

/** How long all of them are ready: since we see them so, and longer for those that were it before we came. */
function secondsReady(pods: readonly JsonObject[], { view, memory, activeSeconds }: Situation): number {
  const seconds = pods.map((pod) => {
    const since = memory.readiness.get(uidOf(pod))?.sinceSeconds ?? activeSeconds;
    const transition = Date.parse(textAt(conditionOf(pod, 'Ready'), 'lastTransitionTime') ?? '');
    const before = (view.pinned.serverTimeMilliseconds - transition) / 1000;
    return activeSeconds - since + (before > 0 ? before : 0);
  });
  return Math.min(...seconds);
}

/** Init containers may need several tries: that they succeeded is seen. */
function hasCrashed(pod: JsonObject): boolean {
  return containersOf(pod).some(({ isInit, status }) => !isInit && (numberAt(status, 'restartCount') ?? 0) > 0);
}
