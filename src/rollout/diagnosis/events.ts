import { lastTimeOf } from '../event-time.ts';
import { DeployError } from '../../errors.ts';
import type { KubeApi } from '../../kube/api.ts';
import { numberAt, objectsAt, textAt, type JsonObject } from '../../values/json.ts';
import { oneLine, sameForAll } from './plain-text.ts';

const EVENT_LIMIT = 5;

/** What events say, or why they say nothing. */
export type Events = { readonly events: readonly JsonObject[]; readonly missing: string | undefined };

export function eventsAbout(events: readonly JsonObject[], uid: string | undefined): readonly JsonObject[] {
  return uid === undefined ? [] : events.filter((event) => textAt(event, 'involvedObject', 'uid') === uid);
}

/** Asks for the warnings about one object, for when the watch had none of it: it may not have been allowed, or be late. Never throws but when cancelled. */
export async function askEvents(namespace: string, uid: string, api: KubeApi): Promise<Events> {
  const selector = encodeURIComponent(`involvedObject.uid=${uid},type=Warning`);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events?fieldSelector=${selector}&limit=50`;
  try {
    const answer = await api.request({ method: 'GET', path });
    if (answer.status === 403) {
      return { events: [], missing: "the kubeconfig's user may not read events" };
    }
    return {
      events: objectsAt(answer.body, 'items').toSorted((one, other) =>
        lastTimeOf(one).localeCompare(lastTimeOf(other)),
      ),
      missing: answer.status === 200 ? undefined : `the API server answered ${answer.status}`,
    };
  } catch (error) {
    if (error instanceof DeployError && error.code !== 'cancelled') {
      return { events: [], missing: 'the API server does not answer' };
    }
    throw error;
  }
}

/** The newest few, oldest first, each once with how often: "FailedScheduling: 0/1 nodes are available (3 times)". */
export function describeEvents(events: readonly JsonObject[], podName: string): readonly string[] {
  const alike = Map.groupBy(
    events,
    (event) => `${textAt(event, 'reason') ?? ''} ${sameForAll(textAt(event, 'message') ?? '', podName)}`,
  );
  return [...alike.values()]
    .toSorted((one, other) => lastTimeOf(one.at(-1)).localeCompare(lastTimeOf(other.at(-1))))
    .map((group) => describe(group))
    .slice(-EVENT_LIMIT);
}

/** How often something happened: an event stands for several. */
export function timesOf(event: JsonObject): number {
  return numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1;
}

function describe(alike: readonly JsonObject[]): string {
  const newest = alike.at(-1);
  const times = alike.reduce((sum, event) => sum + timesOf(event), 0);
  const message = oneLine(textAt(newest, 'message') ?? '').replace('(combined from similar events): ', '');
  return `${textAt(newest, 'reason') ?? 'Warning'}: ${message}${times > 1 ? ` (${times} times)` : ''}`;
}
