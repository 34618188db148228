import type { KubeApi } from '../kube/api.ts';
import { findMaker } from '../kube/secret-makers.ts';
import { isJsonObject, objectsAt, valueAt, type JsonObject } from '../values/json.ts';
import { readLastWords } from './diagnosis/logs.ts';
import { configKey, type ConfigName, type Existence, type Knowledge, type Question } from './knowledge.ts';
import type { RegistryLookup } from './registry.ts';
import { selectorText } from './selector.ts';
import type { Tracker } from './tracker.ts';
import { isLeaving } from './pod-state.ts';

/** Labels and owners without values: the names of the keys of a Secret are in its `managedFields`. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';

export type AnswerContext = {
  readonly api: KubeApi;
  readonly registry: RegistryLookup;
};

/** Asks one question about a rollout, and returns the knowledge with its answer. Throws `cluster-unreachable` when nobody answers. */
export async function answer(
  tracker: Tracker,
  question: Question,
  context: AnswerContext,
): Promise<(known: Knowledge) => Knowledge> {
  const { namespace } = tracker.pinned.subject;
  switch (question.kind) {
    case 'image': {
      const existence = await context.registry.has(question.reference);
      return (known) => ({ ...known, images: withEntry(known.images, question.reference, existence) });
    }
    case 'config': {
      const existence = await configExists(namespace, question.object, question.key, context.api);
      return (known) => ({
        ...known,
        configs: withEntry(known.configs, configKey(question.object, question.key), existence),
      });
    }
    case 'maker': {
      const maker = await findMaker(question.object, namespace, context.api);
      return (known) => ({ ...known, makers: withEntry(known.makers, configKey(question.object), maker) });
    }
    case 'pod-events': {
      const events = await podEvents(namespace, question.podUid, context.api);
      return (known) => ({ ...known, podEvents: withEntry(known.podEvents, question.podUid, events) });
    }
    case 'last-words': {
      const { podName, podUid, container } = question;
      const words = await readLastWords({ namespace, pod: podName, container }, context.api);
      return (known) => ({ ...known, lastWords: withEntry(known.lastWords, `${podUid}/${container}`, words) });
    }
    case 'leaving-pods': {
      const count = await leavingPods(tracker, context.api);
      return (known) => ({ ...known, leavingPods: count });
    }
  }
}

async function configExists(
  namespace: string,
  { kind, name }: ConfigName,
  key: string | undefined,
  api: KubeApi,
): Promise<Existence> {
  const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
  const reply = await api.request({ method: 'GET', path, headers: { accept: METADATA_ONLY } });
  if (reply.status === 404) {
    return 'missing';
  }
  if (reply.status >= 300) {
    return 'unknown';
  }
  return key === undefined || keysOf(reply.body).has(key) ? 'there' : 'missing';
}

function keysOf(object: unknown): ReadonlySet<string> {
  const fields = objectsAt(object, 'metadata', 'managedFields').flatMap((entry) =>
    ['f:data', 'f:binaryData'].map((part) => valueAt(entry, 'fieldsV1', part)),
  );
  return new Set(
    fields.filter(isJsonObject).flatMap((part) => Object.keys(part).map((name) => name.replace(/^f:/, ''))),
  );
}

async function podEvents(namespace: string, podUid: string, api: KubeApi): Promise<readonly JsonObject[]> {
  const selector = new URLSearchParams({ fieldSelector: `involvedObject.uid=${podUid},type=Normal` });
  const reply = await api.request({
    method: 'GET',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/events?${selector.toString()}`,
  });
  return reply.status === 200 ? objectsAt(reply.body, 'items') : [];
}

async function leavingPods({ pinned, object }: Tracker, api: KubeApi): Promise<number | undefined> {
  if (object === undefined) {
    return undefined;
  }
  const { namespace } = pinned.subject;
  const query = new URLSearchParams({ labelSelector: selectorText(object) });
  const reply = await api.request({
    method: 'GET',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query.toString()}`,
  });
  return reply.status === 200 ? objectsAt(reply.body, 'items').filter(isLeaving).length : undefined;
}

function withEntry<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> {
  return new Map([...map, [key, value]]);
}
