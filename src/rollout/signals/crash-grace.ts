import type { Patience } from '../assess.ts';
import type { Grace } from './row.ts';
import type { Sighting } from './sighting.ts';
import type { Situation } from './situation.ts';
import { mayWait } from './texts.ts';

/** The numbers of restarts in the table are made for this one. */
const TABLE_MAX_RESTARTS = 2;

/**
 * A container that ends may only wait for something of this run, or of its neighbours, that is not up yet: it is given the time of one that
 * has worked. One that said something else is heard: it is not started a third time, unless the user wants so.
 */
export function crashGrace(usual: Grace, { row, finding }: Sighting, { knowledge, patience }: Situation): Grace {
  const words = knowledge.lastWords.get(`${finding.place.podUid ?? ''}/${finding.place.container ?? ''}`) ?? [];
  if (mayWait([...words, finding.text], knowledge.othersPending)) {
    return restartGrace(row.some, patience);
  }
  const moved = restartGrace(usual, patience);
  const isHeard = words.length > 0 && usual === row.none && patience.maxRestarts <= TABLE_MAX_RESTARTS;
  const isAtItsEnd = moved !== 'never' && finding.observations >= (moved.observations ?? 0);
  return isHeard && !isAtItsEnd && row.spoken !== undefined ? restartGrace(row.spoken, patience) : moved;
}

/** The row's restarts, moved by what the user wants; never less than one. */
export function restartGrace(usual: Grace, { maxRestarts }: Patience): Grace {
  if (usual === 'never' || usual.observations === undefined) {
    return usual;
  }
  return { ...usual, observations: Math.max(1, usual.observations + maxRestarts - TABLE_MAX_RESTARTS) };
}
