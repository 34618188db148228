import { numberAt, textAt, valueAt, type JsonObject } from '../../values/json.ts';
import type { RolloutView } from '../view.ts';
import { isLost } from './findings.ts';
import type { Memory, PullMemory, Readiness } from './memory.ts';
import { conditionOf } from '../rules/progress.ts';
import { isReady } from '../pod-state.ts';
import { containersOf, revisionOf, uidOf } from './pod.ts';

/** Ready for that long is more than a container that runs between two crashes. */
export const PROVEN_SECONDS = 10;
/** Ready for that long, and what was wrong before is over. */
export const HEALED_SECONDS = 30;

/** Evictions come in storms, and each alone is nothing: those that are lost together count. */
const LOSS_WINDOW_SECONDS = 60;

/** What the pods of one look add to the memory: who is ready, who was given up, how often an image was pulled for. */
export function observePods(memory: Memory, view: RolloutView, activeSeconds: number): Memory {
  const { pods } = view;
  const [first] = pods;
  const revision = first === undefined ? memory.revision : revisionOf(first);
  const readiness = readinessOf(pods, memory, activeSeconds);
  const since = (seconds: number): boolean =>
    [...readiness.values()].some(({ sinceSeconds }) => activeSeconds - sinceSeconds >= seconds);
  const losses = lossesOf(pods, memory, activeSeconds);
  const isSameRevision = memory.revision === undefined || memory.revision === revision;
  return {
    ...memory,
    revision: revision ?? '',
    readiness,
    hasBeenReady: (isSameRevision && memory.hasBeenReady) || since(PROVEN_SECONDS),
    pulls: new Map(pods.flatMap((pod) => pullsOf(pod, memory))),
    restarts: new Map(pods.flatMap((pod) => restartsOf(pod, { ...memory, readiness }, activeSeconds))),
    losses,
    recentLosses: [...losses.values()].filter((seconds) => activeSeconds - seconds <= LOSS_WINDOW_SECONDS).length,
  };
}

/** Whether the pod has been ready so long that its container is no longer the one that was unwell. */
export function isHealed(pod: JsonObject, readiness: ReadonlyMap<string, Readiness>, activeSeconds: number): boolean {
  const since = readiness.get(uidOf(pod))?.sinceSeconds;
  return since !== undefined && activeSeconds - since >= HEALED_SECONDS;
}

function readinessOf(
  pods: readonly JsonObject[],
  memory: Memory,
  activeSeconds: number,
): ReadonlyMap<string, Readiness> {
  return new Map(
    pods.filter(isReady).map((pod) => {
      const transition = textAt(conditionOf(pod, 'Ready'), 'lastTransitionTime') ?? '';
      const known = memory.readiness.get(uidOf(pod));
      return [uidOf(pod), known?.transition === transition ? known : { transition, sinceSeconds: activeSeconds }];
    }),
  );
}

/** An attempt is a change to ErrImagePull; another error than before begins a new count. */
function pullsOf(pod: JsonObject, memory: Memory): readonly (readonly [string, PullMemory])[] {
  return containersOf(pod).flatMap(({ name, status }) => {
    const key = `${uidOf(pod)}/${name}`;
    const isPulled = ['running', 'terminated'].some((state) => valueAt(status, 'state', state) !== undefined);
    const known = isPulled ? undefined : memory.pulls.get(key);
    const word = textAt(status, 'state', 'waiting', 'reason') ?? '';
    if (word !== 'ErrImagePull') {
      return known === undefined ? [] : [[key, { ...known, word }] as const];
    }
    const text = textAt(status, 'state', 'waiting', 'message') ?? '';
    const isSame = known?.text === text;
    const attempts = isSame ? known.attempts + (known.word === word ? 0 : 1) : 1;
    return [[key, { attempts, word, text }] as const];
  });
}

function restartsOf(pod: JsonObject, memory: Memory, activeSeconds: number): readonly (readonly [string, number])[] {
  const isWell = isHealed(pod, memory.readiness, activeSeconds);
  return containersOf(pod).flatMap(({ name, status }) => {
    const key = `${uidOf(pod)}/${name}`;
    const count = isWell ? (numberAt(status, 'restartCount') ?? 0) : memory.restarts.get(key);
    return count === undefined ? [] : [[key, count] as const];
  });
}

/** Pods that had failed before the first look were lost at some other time. */
function lossesOf(pods: readonly JsonObject[], memory: Memory, activeSeconds: number): ReadonlyMap<string, number> {
  const seenNow = memory.revision === undefined ? Number.NEGATIVE_INFINITY : activeSeconds;
  const lost = pods.filter(isLost).map((pod) => [uidOf(pod), memory.losses.get(uidOf(pod)) ?? seenNow] as const);
  const recent = [...memory.losses].filter(([, seconds]) => activeSeconds - seconds <= LOSS_WINDOW_SECONDS);
  return new Map([...recent, ...lost]);
}
