import type { Patience } from '../assess.ts';
import { configKey } from '../knowledge.ts';
import type { RowMemory } from './memory.ts';
import { isReady } from '../pod-state.ts';
import { containersOf } from './pod.ts';
import { quotaGrace } from './quota-grace.ts';
import { atLeast, secondsOf, type Situation } from './situation.ts';
import { configGrace } from './config-grace.ts';
import type { Grace } from './row.ts';
import { scheduleGrace } from './schedule-grace.ts';
import type { Sighting } from './sighting.ts';
import { crashGrace, restartGrace } from './crash-grace.ts';
import { deadlineGrace } from './workload-findings.ts';
import { numberAt } from '../../values/json.ts';

/** A registry that holds the image and does not have it for the node: it is copied there. */
const REPLICATION: Grace = { seconds: 120 };
/** A pull secret that somebody else makes. */
const MADE_SECONDS = 90;

/** Whether the signal has lasted longer than it may. */
export function isDue(sighting: Sighting, seen: RowMemory, situation: Situation): boolean {
  const grace = graceOf(sighting, seen, situation);
  if (grace === 'never') {
    return false;
  }
  const { observations } = sighting.finding;
  const elapsed = situation.activeSeconds - seen.firstSeconds;
  if (grace.orObservations !== undefined && observations >= grace.orObservations) {
    return true;
  }
  const isConfirmed =
    grace.onceMoreOrSeconds === undefined ||
    seen.grewSeconds - seen.firstSeconds >= grace.seconds ||
    elapsed >= grace.onceMoreOrSeconds;
  return elapsed >= grace.seconds && observations >= (grace.observations ?? 0) && isConfirmed;
}

/** What the row gives, after the evidence. */
export function graceOf(sighting: Sighting, seen: RowMemory, situation: Situation): Grace {
  const { row } = sighting;
  const { view, knowledge, memory, patience } = situation;
  const usual = hasBeenProven(situation) ? row.some : row.none;
  if (row.family === 'crash' && view.pinned.subject.rule === 'Job') {
    // How often a Job may fail is in its own backoffLimit.
    return 'never';
  }
  switch (row.evidence ?? 'nothing') {
    case 'registry': {
      const existence = knowledge.images.get(sighting.about.image ?? '');
      if (existence === 'there') {
        return atLeast(REPLICATION, patience.imageGraceSeconds);
      }
      return imageGrace(existence === 'missing' ? { seconds: 0 } : usual, patience);
    }
    case 'pull-secret': {
      const isLate = (sighting.about.pullSecrets ?? []).some((name) =>
        memory.marks.has(`missing ${configKey({ kind: 'Secret', name })}`),
      );
      return imageGrace(isLate ? atLeast({ seconds: MADE_SECONDS }, secondsOf(usual)) : usual, patience);
    }
    case 'image-grace':
      return row.none !== 'never' && row.none.orObservations !== undefined
        ? imageGrace(usual, patience)
        : atLeast(usual, patience.imageGraceSeconds);
    case 'config':
      return configGrace(usual, sighting, seen, situation);
    case 'autoscaler':
      return scheduleGrace(usual, sighting, seen, situation);
    case 'quota':
      return quotaGrace(usual, seen, situation);
    case 'dependency':
      return crashGrace(usual, sighting, situation);
    case 'freshness':
      return deadlineGrace(usual, view);
    case 'nothing':
      return row.countsRestarts === true ? restartGrace(usual, patience) : usual;
  }
}

/** Whether a pod of the newest revision works, so that the template is not to blame. One that restarts all the time proves nothing. */
function hasBeenProven({ view, memory }: Situation): boolean {
  return (
    memory.hasBeenReady ||
    view.pods.some(
      (pod) => isReady(pod) && containersOf(pod).every(({ status }) => (numberAt(status, 'restartCount') ?? 0) === 0),
    )
  );
}

/** The user's own grace counts for what looks permanent, without a short cut. */
function imageGrace(usual: Grace, { imageGraceSeconds }: Patience): Grace {
  return imageGraceSeconds === undefined ? usual : { seconds: imageGraceSeconds };
}
