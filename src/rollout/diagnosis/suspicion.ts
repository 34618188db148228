import type { RolloutReason } from '../../reasons.ts';
import { objectsAt, textAt, type JsonObject } from '../../values/json.ts';
import { rankOf, rowOf, type Traits } from '../signals/rows.ts';
import type { Family, Row } from '../signals/row.ts';
import type { Case } from './cases.ts';
import { pullComplaint } from './complaints.ts';
import type { ContainerState } from './containers.ts';
import { timesOf } from './events.ts';
import { isAbout } from './probes.ts';

/** What a pod most likely fails for. */
export type Suspicion = {
  /** `not-ready` and `not-started` may still become well: they are no reason to fail, but all that there is to say. */
  readonly reason: RolloutReason | 'not-ready' | 'not-started';
  readonly container: string | undefined;
  readonly word: string;
  readonly text: string;
  readonly observations: number;
  /** How much it tells: less is more. */
  readonly weight: number;
};

const NOT_READY = 1000;
const NOT_STARTED = 2000;

/** The most telling thing about a case, by the table of signals without its patience; undefined when all of it is well. */
export function suspect(one: Case): Suspicion | undefined {
  const whole = suspectPod(one);
  if (isLost(one.pod) && whole !== undefined) {
    return whole;
  }
  const found = [...one.containers.map((container) => suspectContainer(container, one)), whole];
  return found.filter((item) => item !== undefined).toSorted((a, b) => a.weight - b.weight)[0];
}

/** A pod that was taken away as a whole, as by an eviction: how its containers ended is not why. */
function isLost(pod: JsonObject | undefined): boolean {
  return textAt(pod, 'status', 'phase') === 'Failed' && textAt(pod, 'status', 'reason') !== undefined;
}

function suspectPod({ pod, condition, events }: Case): Suspicion | undefined {
  const last = events.at(-1);
  const observations = last === undefined ? 1 : timesOf(last);
  const by = (family: Family, word: string, text: string): Suspicion | undefined => {
    const row = rowOf(family, { words: [word], matchText: text });
    return row === undefined ? undefined : { ...suspicionOf(row), container: undefined, word, text, observations };
  };
  if (pod === undefined) {
    return by('creation', textAt(last, 'reason') ?? 'ReplicaFailure', textAt(last, 'message') ?? condition ?? '');
  }
  const word = textAt(pod, 'status', 'reason');
  if (isLost(pod) && word !== undefined) {
    return by('loss', word, textAt(pod, 'status', 'message') ?? '');
  }
  if (condition === undefined) {
    return undefined;
  }
  return textAt(pod, 'spec', 'nodeName') === undefined
    ? by('schedule', 'FailedScheduling', condition)
    : { ...notYet('not-ready'), container: undefined, word: 'not ready', text: condition, observations };
}

function suspectContainer(container: ContainerState, { pod, events }: Case): Suspicion | undefined {
  const own = events.filter((event) => isAbout(event, container.name));
  const { word, message = '', name } = container;
  const common = { container: name, word, text: message, observations: container.restarts };
  const isWaitingToStart = word === 'ContainerCreating' || word === 'PodInitializing';
  if (isWaitingToStart && container.exitCode === undefined) {
    const found = suspectStart(events);
    return { ...notYet('not-started'), ...common, ...found };
  }
  const pull = rowOf('image', { words: [word], matchText: pullComplaint(message, container.image) });
  if (pull !== undefined) {
    return { ...suspicionOf(pull), ...common, observations: pullAttempts(own) };
  }
  const row =
    rowOf('config', { words: [word], matchText: message }) ??
    (isOver(container) ? rowOf('crash', traitsOf(container, pod, own)) : undefined);
  return { ...(row === undefined ? notYet('not-ready') : suspicionOf(row)), ...common };
}

function suspicionOf(row: Row): Pick<Suspicion, 'reason' | 'weight'> {
  return { reason: row.reason, weight: rankOf(row) };
}

function notYet(reason: 'not-ready' | 'not-started'): Pick<Suspicion, 'reason' | 'weight'> {
  return { reason, weight: reason === 'not-ready' ? NOT_READY : NOT_STARTED };
}

function isOver({ word, exitCode }: ContainerState): boolean {
  return exitCode !== undefined || word === 'RunContainerError' || word.endsWith('HookError');
}

/** A container that was killed has no word for why: that is in the events. */
function traitsOf(container: ContainerState, pod: JsonObject | undefined, events: readonly JsonObject[]): Traits {
  const { word, ending, exitCode, message = '', name, isInit } = container;
  const isKilled = exitCode === 137 || exitCode === 143;
  const hasBadHook = isKilled && events.some((event) => textAt(event, 'reason') === 'FailedPostStartHook');
  const hasBadProbe =
    isKilled && events.some((event) => /^(Liveness|Startup) probe/.test(textAt(event, 'message') ?? ''));
  const words = [word, ending, hasBadHook ? 'PostStartHookError' : undefined, hasBadProbe ? 'Unhealthy' : undefined];
  const isSidecar = objectsAt(pod, 'spec', 'initContainers').some(
    (one) => one['name'] === name && one['restartPolicy'] === 'Always',
  );
  return {
    words: words.filter((one) => one !== undefined),
    matchText: message,
    exitCode,
    isInit: isInit && !isSidecar,
  };
}

/** A container that waits for volumes or the network of its pod, as all others do: only events say so. */
function suspectStart(events: readonly JsonObject[]): Partial<Suspicion> {
  for (const event of events.toReversed()) {
    const word = textAt(event, 'reason') ?? '';
    const text = textAt(event, 'message') ?? '';
    const traits = { words: [word], matchText: text };
    const row = rowOf('volume', traits) ?? rowOf('network', traits);
    if (row !== undefined) {
      return { ...suspicionOf(row), container: undefined, word, text, observations: timesOf(event) };
    }
  }
  return {};
}

function pullAttempts(events: readonly JsonObject[]): number {
  const attempts = events.filter((event) => (textAt(event, 'message') ?? '').startsWith('Failed to pull image'));
  return attempts.reduce((sum, event) => sum + timesOf(event), 0);
}
