import { configKey } from '../knowledge.ts';
import type { RowMemory } from './memory.ts';
import type { Grace } from './row.ts';
import type { Sighting } from './sighting.ts';
import { atLeast, secondsOf, type Situation } from './situation.ts';

/** A Secret that somebody else makes. */
const MADE_SECONDS = 90;
/** The kubelet looks again after 10 to 15 s, for volumes only after up to 122 s. */
const NOTICED_SECONDS = { config: 60, volume: 130 } as const;
/** The kubelet's next attempt is 15 s later at most. */
const ONCE_MORE_SECONDS = 15;

/** How long a Secret or ConfigMap, or its key, may be missing. What is there by now is only not noticed yet. */
export function configGrace(usual: Grace, { about, row }: Sighting, seen: RowMemory, situation: Situation): Grace {
  const { knowledge, memory } = situation;
  if (about.config === undefined || usual === 'never') {
    return usual;
  }
  const key = configKey(about.config.object, about.config.key);
  const there = memory.marks.get(`there ${key}`);
  const patient =
    knowledge.makers.get(configKey(about.config.object)) === undefined ? usual : atLeast(usual, MADE_SECONDS);
  if (patient === 'never') {
    return patient;
  }
  if (there !== undefined) {
    const noticed = NOTICED_SECONDS[row.family === 'volume' ? 'volume' : 'config'];
    return atLeast(patient, there - seen.firstSeconds + noticed);
  }
  return knowledge.configs.get(key) === 'missing'
    ? patient
    : { ...patient, onceMoreOrSeconds: secondsOf(patient) + ONCE_MORE_SECONDS };
}
