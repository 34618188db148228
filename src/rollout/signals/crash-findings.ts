import { numberAt, textAt, valueAt, type JsonObject } from '../../values/json.ts';
import type { ContainerLook } from './container-look.ts';
import { CRASH_ROWS } from './crash-rows.ts';
import type { Memory } from './memory.ts';
import type { ContainerState } from './pod.ts';
import { sightingOf, type Sighting } from './sighting.ts';

/** Reasons for waiting that tell of an end. Any other is on its way, or not known to be wrong. */
const ENDINGS = new Set(['CrashLoopBackOff', ...CRASH_ROWS.flatMap(({ match }) => match.words ?? [])]);

/** Observations are restarts, those before the pod had become well left out. */
export function crashFindings(
  { pod, container, word, text, told, place, scope }: ContainerLook,
  memory: Memory,
): readonly Sighting[] {
  const { status } = container;
  const ended =
    valueAt(status, 'state', 'terminated') ??
    (word === undefined ? undefined : valueAt(status, 'lastState', 'terminated'));
  const exitCode = numberAt(ended, 'exitCode');
  const isOver = word === undefined && (exitCode === undefined || (exitCode === 0 && endsWell(pod, container)));
  if ((word !== undefined && !ENDINGS.has(word)) || isOver) {
    return [];
  }
  const message = textAt(ended, 'message') ?? '';
  const isBackOff = word === undefined || word === 'CrashLoopBackOff';
  const reason = textAt(ended, 'reason');
  const restarts = numberAt(status, 'restartCount') ?? 0;
  return sightingOf({
    family: 'crash',
    words: [
      word ?? reason ?? 'Error',
      ...(isBackOff && reason !== undefined ? [reason] : []),
      ...wordsOfEvents(told, exitCode),
    ],
    text: isBackOff ? endText(exitCode, message) : text,
    exitCode: isBackOff ? exitCode : undefined,
    isInit: container.isInit,
    place,
    scope,
    observations: Math.max(0, restarts - (memory.restarts.get(`${place.podUid ?? ''}/${container.name}`) ?? 0)),
  });
}

/** A back-off names neither the hook nor the probe for which the container was killed: the events do. */
function wordsOfEvents(told: readonly JsonObject[], exitCode: number | undefined): readonly string[] {
  const isKilled = exitCode === 137 || exitCode === 143 || exitCode === 0;
  return told.flatMap((event) => {
    const reason = textAt(event, 'reason');
    if (isKilled && reason === 'FailedPostStartHook') {
      return ['PostStartHookError'];
    }
    return isKilled && reason === 'Unhealthy' && /^(Liveness|Startup) probe/.test(textAt(event, 'message') ?? '')
      ? ['Unhealthy']
      : [];
  });
}

function endsWell(pod: JsonObject, { isInit }: ContainerState): boolean {
  return isInit || (textAt(pod, 'spec', 'restartPolicy') ?? 'Always') !== 'Always';
}

function endText(exitCode: number | undefined, message: string): string {
  const code = exitCode === undefined ? '' : `exit code ${exitCode}`;
  return [code, message].filter((part) => part !== '').join(': ');
}
