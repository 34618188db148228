import { DeployError } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import type { Workload } from '../values/workload.ts';
import {
  describeEvent,
  isReady,
  stuckCondition,
  unwellContainers,
  type ContainerEvidence,
  type PodEvidence,
} from './evidence.ts';
import { lastLogLines, newestPods, warningEvents } from './pods.ts';

const POD_LIMIT = 5;
const LOG_LINE_LIMIT = 30;
const EVENT_LIMIT = 5;

/** Collects what the pods of a workload that did not roll out say. Never throws: without an API server there is simply no evidence. */
export async function diagnose(
  workload: Workload,
  object: JsonObject | undefined,
  api: KubeApi,
): Promise<readonly PodEvidence[]> {
  if (object === undefined) {
    return [];
  }
  try {
    const pods = (await newestPods(workload, object, api)).filter((pod) => !isReady(pod)).slice(0, POD_LIMIT);
    const events = await warningEvents(workload.namespace, api);
    const seen = await Promise.all(pods.map(async (pod) => describePod(pod, events, workload.namespace, api)));
    return seen.length > 0 ? seen : eventsWithoutPods(workload, events);
  } catch (error) {
    if (error instanceof DeployError) {
      return [];
    }
    throw error;
  }
}

async function describePod(
  pod: JsonObject,
  events: readonly JsonObject[],
  namespace: string,
  api: KubeApi,
): Promise<PodEvidence> {
  const name = textAt(pod, 'metadata', 'name') ?? '';
  const containers = await Promise.all(
    unwellContainers(pod).map(async (container) => withLog(container, namespace, name, api)),
  );
  return {
    pod: name,
    node: textAt(pod, 'spec', 'nodeName'),
    phase: textAt(pod, 'status', 'phase') ?? 'Unknown',
    condition: stuckCondition(pod),
    containers,
    events: events
      .filter((event) => textAt(event, 'involvedObject', 'name') === name)
      .map(describeEvent)
      .slice(-EVENT_LIMIT),
  };
}

/** The last words of the container before this one come first: why it ended is said there. While it waits to restart both are the same log. */
async function withLog(
  container: ContainerEvidence,
  namespace: string,
  pod: string,
  api: KubeApi,
): Promise<ContainerEvidence> {
  const place = { namespace, pod, container: container.container };
  const current = await lastLogLines({ ...place, isPrevious: false }, LOG_LINE_LIMIT, api);
  const isWorthLooking = container.hasPreviousLog && (container.isRunning || current.length === 0);
  const previous = isWorthLooking ? await lastLogLines({ ...place, isPrevious: true }, LOG_LINE_LIMIT, api) : [];
  return { ...container, log: [...previous, ...current] };
}

/** When no pod appears at all, the events of the workload and its ReplicaSets say why (quota, admission, service account). */
function eventsWithoutPods(workload: Workload, events: readonly JsonObject[]): readonly PodEvidence[] {
  const own = events.filter((event) => {
    const name = textAt(event, 'involvedObject', 'name') ?? '';
    return name === workload.name || name.startsWith(`${workload.name}-`);
  });
  return own.length === 0
    ? []
    : [
        {
          pod: '',
          node: undefined,
          phase: 'none',
          condition: undefined,
          containers: [],
          events: own.map(describeEvent).slice(-EVENT_LIMIT),
        },
      ];
}
