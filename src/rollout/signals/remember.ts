import { numberAt, type JsonObject } from '../../values/json.ts';
import type { Knowledge } from '../knowledge.ts';
import type { RolloutView } from '../view.ts';
import type { ClassMemory, Memory, RowMemory } from './memory.ts';
import { isHealed } from './observe-pods.ts';
import { conditionOf } from '../rules/progress.ts';
import { containersOf, hasBegun, revisionOf } from './pod.ts';
import { mayOldPodsLeave } from './quota.ts';
import type { Family } from './row.ts';
import type { Sighting } from './sighting.ts';

/**
 * The clocks after this look. A class that is not seen goes on, since its pod may only be between two states or be replaced, until something
 * says that it is over. Looking twice at the same, or missing what was between, changes nothing in what is due in the end.
 */
export function remember(
  memory: Memory,
  sightings: readonly Sighting[],
  view: RolloutView,
  knowledge: Knowledge,
  activeSeconds: number,
): Memory {
  const updated = numberAt(view.object, 'status', 'updatedReplicas') ?? view.pods.length;
  const seenKeys = new Set(sightings.map(({ classKey }) => classKey));
  const classes = new Map<string, ClassMemory>(
    [...memory.classes].filter(([key]) => {
      const family = familyOf(key);
      return seenKeys.has(key)
        ? family !== 'creation' || updated <= memory.updated
        : !isOver(family, key, view.pods, memory, activeSeconds);
    }),
  );
  for (const { classKey, row, finding } of sightings) {
    const rows = classes.get(classKey) ?? new Map<string, RowMemory>();
    const next = seenAgain(rows.get(row.id), finding.observations, activeSeconds);
    classes.set(classKey, new Map([...rows, [row.id, next]]));
  }
  return {
    ...memory,
    classes,
    updated,
    marks: marksOf(memory, knowledge, activeSeconds),
    roomExpectedSeconds: mayOldPodsLeave(view, knowledge) ? activeSeconds : memory.roomExpectedSeconds,
  };
}

function seenAgain(known: RowMemory | undefined, observations: number, activeSeconds: number): RowMemory {
  if (known === undefined) {
    return { firstSeconds: activeSeconds, observations, grewSeconds: activeSeconds };
  }
  return observations > known.observations ? { ...known, observations, grewSeconds: activeSeconds } : known;
}

function familyOf(classKey: string): string {
  return classKey.split(':', 1)[0] ?? '';
}

/** Whether the pods show that what is no longer seen has ended well. */
function isOver(
  family: string,
  classKey: string,
  pods: readonly JsonObject[],
  memory: Memory,
  activeSeconds: number,
): boolean {
  const [revision = '', container] = classKey.slice(family.length + 1).split('/');
  const same = pods.filter((pod) => revisionOf(pod) === revision);
  const named = (pod: JsonObject): ReturnType<typeof containersOf> =>
    containersOf(pod).filter(({ name }) => name === container);
  const over: Readonly<Record<Family, () => boolean>> = {
    workload: () => true,
    creation: () => true,
    loss: () => true,
    image: () => same.some((pod) => named(pod).some(hasBegun)),
    config: () => same.some((pod) => named(pod).some(hasBegun)),
    crash: () => same.some((pod) => named(pod).length > 0 && isHealed(pod, memory.readiness, activeSeconds)),
    schedule: () => same.some((pod) => conditionOf(pod, 'PodScheduled')?.['status'] === 'True'),
    volume: () => same.some(isMade),
    network: () => same.some(isMade),
  };
  return isFamily(family, over) && over[family]();
}

function isFamily<Name extends string>(name: string, table: Readonly<Record<Name, unknown>>): name is Name {
  return Object.hasOwn(table, name);
}

function isMade(pod: JsonObject): boolean {
  return conditionOf(pod, 'PodReadyToStartContainers')?.['status'] === 'True' || containersOf(pod).some(hasBegun);
}

/** Evidence and since when it is known. That something was missing once is kept. */
function marksOf(memory: Memory, knowledge: Knowledge, activeSeconds: number): ReadonlyMap<string, number> {
  const refused = [...knowledge.podEvents].filter(([, events]) =>
    events.some((event) => event['reason'] === 'NotTriggerScaleUp'),
  );
  const now = [
    ...[...knowledge.configs].map(([key, existence]) => `${existence} ${key}`),
    ...refused.map(([uid]) => `NotTriggerScaleUp ${uid}`),
  ];
  const kept = [...memory.marks].filter(([name]) => now.includes(name) || name.startsWith('missing '));
  return new Map([...now.map((name) => [name, activeSeconds] as const), ...kept]);
}
