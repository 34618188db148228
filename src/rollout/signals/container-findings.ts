import { textAt, type JsonObject } from '../../values/json.ts';
import type { Place } from '../verdict.ts';
import { CONFIG_ROWS } from './config-rows.ts';
import { sumOf } from './container-look.ts';
import { crashFindings } from './crash-findings.ts';
import { IMAGE_ROWS } from './image-rows.ts';
import type { Memory } from './memory.ts';
import { containersOf, eventsAbout, podName, revisionOf, uidOf } from './pod.ts';
import { pullFindings } from './pull-findings.ts';
import { configOf, sightingOf, type Sighting } from './sighting.ts';

const IMAGE_WORDS = new Set(IMAGE_ROWS.flatMap(({ match }) => match.words ?? []));
const CONFIG_WORDS = new Set(CONFIG_ROWS.flatMap(({ match }) => match.words ?? []));
/** What is wrong with the containers of one pod. A container that runs at this moment has nothing wrong with it. */
export function containerFindings(pod: JsonObject, events: readonly JsonObject[], memory: Memory): readonly Sighting[] {
  const uid = uidOf(pod);
  return containersOf(pod).flatMap((container) => {
    const place: Place = {
      podUid: uid,
      podName: podName(pod),
      node: textAt(pod, 'spec', 'nodeName'),
      container: container.name,
      isInit: container.isInit,
    };
    const told = eventsAbout(events, uid, container.name);
    const word = textAt(container.status, 'state', 'waiting', 'reason');
    const text = textAt(container.status, 'state', 'waiting', 'message') ?? '';
    const scope = `${revisionOf(pod)}/${container.name}`;
    if (word !== undefined && IMAGE_WORDS.has(word)) {
      return pullFindings({ pod, container, word, text, told, place, scope }, memory);
    }
    if (word !== undefined && CONFIG_WORDS.has(word)) {
      return sightingOf({
        family: 'config',
        words: [word],
        text,
        place,
        scope,
        observations: attemptsOf(told, text),
        about: { config: configOf(text) },
      });
    }
    return crashFindings({ pod, container, word, text, told, place, scope }, memory);
  });
}

/** Each attempt of the kubelet is told once more by the same event. */
function attemptsOf(told: readonly JsonObject[], text: string): number {
  return Math.max(1, sumOf(told.filter((event) => text !== '' && textAt(event, 'message') === `Error: ${text}`)));
}
