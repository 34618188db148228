import { lastTimeOf } from '../event-time.ts';
import { objectsAt, textAt, type JsonObject } from '../../values/json.ts';
import type { Knowledge } from '../knowledge.ts';
import type { Place } from '../verdict.ts';
import { conditionOf } from '../rules/progress.ts';
import { containersOf, countOf, eventsAbout, hasBegun, podName, revisionOf, uidOf } from './pod.ts';
import { configKind, configOf, sightingOf, type About, type Sighting } from './sighting.ts';

const MOUNTING = ['FailedMount', 'FailedAttachVolume'];

/** What is wrong with one pod as a whole: no node takes it, or its node cannot make it. */
export function podFindings(pod: JsonObject, events: readonly JsonObject[], knowledge: Knowledge): readonly Sighting[] {
  const place: Place = { podUid: uidOf(pod), podName: podName(pod), node: textAt(pod, 'spec', 'nodeName') };
  return [...scheduleFindings(pod, place), ...startFindings(pod, place, events, knowledge)];
}

function scheduleFindings(pod: JsonObject, place: Place): readonly Sighting[] {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled === undefined || scheduled['status'] !== 'False' || place.node !== undefined) {
    return [];
  }
  return sightingOf({
    family: 'schedule',
    words: [textAt(scheduled, 'reason') ?? 'Unschedulable'],
    text: textAt(scheduled, 'message') ?? '',
    place,
    scope: revisionOf(pod),
    observations: 1,
  });
}

/** Events are kept when they are no longer true: they count only as long as nothing says that the pod got further. */
function startFindings(
  pod: JsonObject,
  place: Place,
  events: readonly JsonObject[],
  knowledge: Knowledge,
): readonly Sighting[] {
  const told = eventsAbout(events, place.podUid ?? '').filter((event) => isAboutStart(event));
  const last = told.at(-1);
  if (last === undefined || textAt(pod, 'status', 'phase') !== 'Pending' || isPastStart(pod, last, knowledge)) {
    return [];
  }
  const word = textAt(last, 'reason') ?? '';
  const text = textAt(last, 'message') ?? '';
  const isMount = MOUNTING.includes(word);
  return sightingOf({
    family: isMount ? 'volume' : 'network',
    words: [word],
    text,
    place,
    scope: revisionOf(pod),
    observations: told.filter((event) => event['reason'] === word).reduce((sum, event) => sum + countOf(event), 0),
    about: { config: configOf(text) ?? keyOfVolume(pod, text) },
  });
}

function isAboutStart(event: JsonObject): boolean {
  const word = textAt(event, 'reason') ?? '';
  return MOUNTING.includes(word) || word === 'FailedCreatePodSandBox';
}

/** The condition is there since Kubernetes 1.29; before, only what happened to the pod afterwards tells. */
function isPastStart(pod: JsonObject, event: JsonObject, knowledge: Knowledge): boolean {
  const isLater = (other: JsonObject): boolean =>
    ['Pulling', 'Pulled', 'Created', 'Started'].includes(textAt(other, 'reason') ?? '') &&
    lastTimeOf(other) >= lastTimeOf(event);
  return (
    conditionOf(pod, 'PodReadyToStartContainers')?.['status'] === 'True' ||
    containersOf(pod).some(
      (container) =>
        hasBegun(container) ||
        !['ContainerCreating', 'PodInitializing', undefined].includes(
          textAt(container.status, 'state', 'waiting', 'reason'),
        ),
    ) ||
    (knowledge.podEvents.get(uidOf(pod)) ?? []).some(isLater)
  );
}

/** The kubelet names the volume and the key that is missing, but not the object: the pod does. */
function keyOfVolume(pod: JsonObject, text: string): About['config'] {
  const [, volumeName, kind, key] =
    /for volume "([^"]+)" ?: references non-existent (secret|config) key: (\S+)/.exec(text) ?? [];
  const volume = objectsAt(pod, 'spec', 'volumes').find((volume) => volume['name'] === volumeName);
  if (volume === undefined || kind === undefined) {
    return undefined;
  }
  const object = configKind(kind);
  const name = object === 'Secret' ? textAt(volume, 'secret', 'secretName') : textAt(volume, 'configMap', 'name');
  return name === undefined ? undefined : { object: { kind: object, name }, key };
}
