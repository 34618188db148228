import { failureOfAnswer, getObject, type KubeApi } from '../kube/api.ts';
import { isJsonObject, numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import type { ChangeContext } from '../kube/change.ts';
import { change } from './change.ts';
import { deletePodsCommand } from './commands.ts';
import type { Changed } from './views.ts';

const REVISION = 'controller-revision-hash';
const LONGEST_WAIT_MILLISECONDS = 10_000;
const PAUSE_MILLISECONDS = 250;

/**
 * Deletes the pods of the failed revision of a StatefulSet that are not ready, the highest ordinal first: its controller waits for a
 * broken pod for ever, whatever the template says meanwhile (kubernetes/kubernetes#67250). Pods of revisions that were there before the
 * run, such as those below a partition, stay.
 */
export async function deleteBrokenPods(touched: Changed, context: ChangeContext): Promise<void> {
  const { namespace, before, name } = touched;
  const statefulSet = await whenObserved(touched, context);
  const restored = textAt(statefulSet, 'status', 'updateRevision');
  if (statefulSet === undefined || restored === undefined || namespace === undefined) {
    return;
  }
  const revisions = [restored, textAt(before, 'status', 'currentRevision'), textAt(before, 'status', 'updateRevision')];
  const broken = (await podsOf(statefulSet, namespace, context.api))
    .filter((pod) => !revisions.includes(textAt(pod, 'metadata', 'labels', REVISION)) && !isReady(pod))
    .map((pod) => textAt(pod, 'metadata', 'name') ?? '')
    .toSorted((one, other) => ordinalOf(other) - ordinalOf(one));
  if (broken.length > 0) {
    const subject = `broken pods of ${name}, which would never be replaced`;
    await change(deletePodsCommand(context.kubectl, namespace, broken), subject, context);
  }
}

/** The StatefulSet once its controller has seen the restored template, or as it is after ten seconds. */
async function whenObserved({ path, name }: Changed, { api, ports }: ChangeContext): Promise<JsonObject | undefined> {
  const end = ports.clock.elapsed() + LONGEST_WAIT_MILLISECONDS;
  for (;;) {
    const live = await getObject(api, path, `read ${name}`);
    const generation = numberAt(live, 'metadata', 'generation') ?? 0;
    const isObserved = (numberAt(live, 'status', 'observedGeneration') ?? 0) >= generation;
    if (live === undefined || isObserved || ports.clock.elapsed() >= end) {
      return live;
    }
    ports.assertNotCancelled();
    await ports.clock.sleep(PAUSE_MILLISECONDS);
  }
}

async function podsOf(statefulSet: JsonObject, namespace: string, api: KubeApi): Promise<readonly JsonObject[]> {
  const uid = textAt(statefulSet, 'metadata', 'uid');
  const labels = valueAt(statefulSet, 'spec', 'selector', 'matchLabels');
  const selector = Object.entries(isJsonObject(labels) ? labels : {}).map(([key, value]) => `${key}=${String(value)}`);
  const query = `labelSelector=${encodeURIComponent(selector.join(','))}`;
  const answer = await api.request({
    method: 'GET',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query}`,
  });
  if (answer.status >= 300) {
    throw failureOfAnswer(answer, `list the pods in ${namespace}`);
  }
  return objectsAt(answer.body, 'items').filter((pod) =>
    objectsAt(pod, 'metadata', 'ownerReferences').some((owner) => owner['uid'] === uid),
  );
}

function isReady(pod: JsonObject): boolean {
  return objectsAt(pod, 'status', 'conditions').some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** `db-10` → 10. */
function ordinalOf(podName: string): number {
  return Number(/-(\d+)$/.exec(podName)?.[1] ?? 0);
}
