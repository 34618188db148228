import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import type { Cluster } from './cluster.ts';

/** What people have written into a namespace, and who serves in it: for tests that compare both with what was there before. */

/** Objects by "Kind/name", without status and whatever the server or this action writes down about them. */
export type Contents = Readonly<Record<string, JsonObject>>;

/** "web 6d4b9 busybox:1 ready", sorted: the pods that are not on their way out. */
export type Serving = readonly string[];

const KINDS = [
  'deployments,statefulsets,daemonsets,jobs,configmaps,secrets,services,serviceaccounts,persistentvolumeclaims',
  'horizontalpodautoscalers,poddisruptionbudgets,roles,rolebindings,ingresses,networkpolicies,resourcequotas',
].join(',');

const OF_EVERY_NAMESPACE = ['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default'];
const COUNTERS = ['deployment.kubernetes.io/revision', 'deprecated.daemonset.template.generation'];

export async function contentsOf(cluster: Cluster): Promise<Contents> {
  const objects = await list(cluster, KINDS);
  const own = objects.filter((object) => !isOwned(object) && !OF_EVERY_NAMESPACE.includes(nameOf(object)));
  return Object.fromEntries(own.map((object) => [nameOf(object), contentOf(object)]));
}

export async function servingIn(cluster: Cluster): Promise<Serving> {
  const pods = await list(cluster, 'pods');
  return pods
    .filter((pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined)
    .filter((pod) => textAt(pod, 'metadata', 'labels', 'app') !== undefined)
    .map((pod) => {
      const label = (name: string): string | undefined => textAt(pod, 'metadata', 'labels', name);
      const revision = label('controller-revision-hash') ?? label('pod-template-hash') ?? '';
      const images = objectsAt(pod, 'spec', 'containers').map((container) => textAt(container, 'image') ?? '');
      return [label('app'), revision, ...images, isReady(pod) ? 'ready' : 'not ready'].join(' ');
    })
    .toSorted();
}

async function list(cluster: Cluster, kinds: string): Promise<readonly JsonObject[]> {
  return objectsAt(JSON.parse(await cluster.kubectl(['get', kinds, '--output=json'])), 'items');
}

function contentOf({ status: _status, metadata, ...rest }: JsonObject): JsonObject {
  const annotations = Object.entries(mapAt(metadata, 'annotations')).filter(
    ([name]) => !name.startsWith('k8s-deploy/') && !COUNTERS.includes(name),
  );
  return { ...rest, labels: mapAt(metadata, 'labels'), annotations: Object.fromEntries(annotations) };
}

function isReady(pod: JsonObject): boolean {
  return objectsAt(pod, 'status', 'conditions').some(({ type, status }) => type === 'Ready' && status === 'True');
}

function isOwned(object: JsonObject): boolean {
  return objectsAt(object, 'metadata', 'ownerReferences').length > 0;
}

function nameOf(object: JsonObject): string {
  return `${textAt(object, 'kind') ?? ''}/${textAt(object, 'metadata', 'name') ?? ''}`;
}

function mapAt(object: unknown, key: string): JsonObject {
  const value = valueAt(object, key);
  return isJsonObject(value) ? value : {};
}
