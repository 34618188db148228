import type { KubeApi } from '../kube/api.ts';
import { isKubeObject, type KubeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import { objectsAt, textAt, type JsonObject } from '../values/json.ts';
import type { NamedObject } from '../values/subject.ts';

/** What decides on the replicas of a workload. `name` is as "HorizontalPodAutoscaler/server". */
export type Autoscaler = { readonly name: string; readonly workload: NamedObject };

export function autoscalersIn(targets: readonly Target[]): readonly Autoscaler[] {
  return targets.flatMap(({ object, namespace }) => autoscalerOf(object, namespace ?? ''));
}

/** The autoscalers that are in a namespace; KEDA makes one for each of its ScaledObjects. None where they may not be listed. */
export async function liveAutoscalers(namespace: string, api: KubeApi): Promise<readonly Autoscaler[]> {
  const path = `/apis/autoscaling/v2/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers`;
  const answer = await api.request({ method: 'GET', path });
  return objectsAt(answer.body, 'items').flatMap((item) => autoscalerOf(asListed(item), namespace));
}

/** Items of a list do not say what they are. */
function asListed(item: JsonObject): JsonObject {
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', ...item };
}

function autoscalerOf(object: JsonObject, namespace: string): readonly Autoscaler[] {
  const kind = isKubeObject(object) ? scaledKind(object) : undefined;
  const name = textAt(object, 'spec', 'scaleTargetRef', 'name');
  return kind === undefined || name === undefined
    ? []
    : [
        {
          name: `${textAt(object, 'kind')}/${textAt(object, 'metadata', 'name')}`,
          workload: { kind, namespace, name },
        },
      ];
}

/** The kind of what is scaled; undefined when the object is no autoscaler. */
function scaledKind(object: KubeObject): string | undefined {
  const named = textAt(object, 'spec', 'scaleTargetRef', 'kind');
  if (object.kind === 'HorizontalPodAutoscaler' && object.apiVersion.startsWith('autoscaling/')) {
    return named;
  }
  const isOfKeda = object.kind === 'ScaledObject' && object.apiVersion.startsWith('keda.sh/');
  return isOfKeda ? (named ?? 'Deployment') : undefined;
}
