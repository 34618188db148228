import type { KubeApi } from '../kube/api.ts';
import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import type { Workload } from '../values/workload.ts';

/** The pods of a workload's newest revision; all its pods where the revision cannot be told. Empty when pods may not be read. */
export async function newestPods(workload: Workload, object: JsonObject, api: KubeApi): Promise<readonly JsonObject[]> {
  const selector = selectorText(object);
  const pods = await list(
    api,
    `/api/v1/namespaces/${workload.namespace}/pods?labelSelector=${encodeURIComponent(selector)}`,
  );
  const revision = await revisionLabel(workload, object, api, selector);
  const newest =
    revision === undefined
      ? pods
      : pods.filter((pod) => textAt(pod, 'metadata', 'labels', revision.label) === revision.value);
  return newest.filter((pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined);
}

/** Warning events of the namespace, oldest first. */
export async function warningEvents(namespace: string, api: KubeApi): Promise<readonly JsonObject[]> {
  const events = await list(
    api,
    `/api/v1/namespaces/${namespace}/events?fieldSelector=${encodeURIComponent('type=Warning')}`,
  );
  return events.toSorted((one, other) => eventTime(one).localeCompare(eventTime(other)));
}

/** The last lines that a container wrote; empty when there is nothing to read. */
export async function lastLogLines(
  place: { readonly namespace: string; readonly pod: string; readonly container: string; readonly isPrevious: boolean },
  lineLimit: number,
  api: KubeApi,
): Promise<readonly string[]> {
  const query = `container=${encodeURIComponent(place.container)}&tailLines=${lineLimit}&previous=${place.isPrevious}`;
  const answer = await api.request({
    method: 'GET',
    path: `/api/v1/namespaces/${place.namespace}/pods/${place.pod}/log?${query}`,
  });
  return answer.status === 200 ? answer.text.split('\n').filter((line) => line.trim() !== '') : [];
}

async function list(api: KubeApi, path: string): Promise<readonly JsonObject[]> {
  const answer = await api.request({ method: 'GET', path });
  return answer.status === 200 ? objectsAt(answer.body, 'items') : [];
}

type RevisionLabel = { readonly label: string; readonly value: string };

async function revisionLabel(
  workload: Workload,
  object: JsonObject,
  api: KubeApi,
  selector: string,
): Promise<RevisionLabel | undefined> {
  if (workload.kind === 'StatefulSet') {
    return labelled('controller-revision-hash', textAt(object, 'status', 'updateRevision'));
  }
  if (workload.kind === 'DaemonSet') {
    return labelled(
      'pod-template-generation',
      textAt(object, 'metadata', 'annotations', 'deprecated.daemonset.template.generation'),
    );
  }
  const sets = await list(
    api,
    `/apis/apps/v1/namespaces/${workload.namespace}/replicasets?labelSelector=${encodeURIComponent(selector)}`,
  );
  const annotation = ['metadata', 'annotations', 'deployment.kubernetes.io/revision'] as const;
  const revision = textAt(object, ...annotation);
  const newest = sets.find((set) => isOwnedBy(set, object) && textAt(set, ...annotation) === revision);
  return labelled('pod-template-hash', textAt(newest, 'metadata', 'labels', 'pod-template-hash'));
}

function labelled(label: string, value: string | undefined): RevisionLabel | undefined {
  return value === undefined ? undefined : { label, value };
}

function isOwnedBy(set: JsonObject, owner: JsonObject): boolean {
  return objectsAt(set, 'metadata', 'ownerReferences').some(
    (reference) => reference['uid'] === valueAt(owner, 'metadata', 'uid'),
  );
}

function selectorText(object: JsonObject): string {
  const labels = valueAt(object, 'spec', 'selector', 'matchLabels');
  const equals = isJsonObject(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`) : [];
  const expressions = objectsAt(object, 'spec', 'selector', 'matchExpressions').map((expression) => {
    const key = textAt(expression, 'key') ?? '';
    const values = Array.isArray(expression['values']) ? expression['values'].join(',') : '';
    const forms: Readonly<Record<string, string>> = {
      In: `${key} in (${values})`,
      NotIn: `${key} notin (${values})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    return forms[textAt(expression, 'operator') ?? ''] ?? key;
  });
  return [...equals, ...expressions].join(',');
}

function eventTime(event: JsonObject): string {
  return (
    textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime') ?? textAt(event, 'metadata', 'creationTimestamp') ?? ''
  );
}
