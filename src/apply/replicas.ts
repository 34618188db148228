import type { KubeApi } from '../kube/api.ts';
import { FIELD_MANAGER, isKubectlsOwn } from '../kube/field-managers.ts';
import { fieldsOfEntry } from '../kube/field-tree.ts';
import type { Target } from '../kube/target.ts';
import { isJsonObject, numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { formatWorkload, sameWorkload } from '../values/workload.ts';
import { autoscalersIn, liveAutoscalers, type Autoscaler } from './autoscalers.ts';
import type { LiveTarget } from './live.ts';

export type LeftReplicas = { readonly objects: readonly LiveTarget[]; readonly notes: readonly string[] };

/**
 * Leaves the replicas of autoscaled workloads alone. Where somebody else has set them, they are not sent; where only we or kubectl have,
 * they are sent as they are, since a field that nobody wants any more would fall to one. A new workload begins with what its manifest says.
 */
export async function leaveReplicas(objects: readonly LiveTarget[], api: KubeApi): Promise<LeftReplicas> {
  const inSet = autoscalersIn(objects.map(({ target }) => target));
  const namespaces = new Set(objects.filter(isConcerned).map(({ target }) => target.namespace ?? ''));
  const live = await Promise.all([...namespaces].map(async (namespace) => liveAutoscalers(namespace, api)));
  const autoscalers = [...inSet, ...live.flat()];
  const left = objects.map((object) => leaveOne(object, autoscalers));
  return { objects: left.map(({ object }) => object), notes: left.flatMap(({ notes }) => notes) };
}

const SCALABLE = ['Deployment', 'StatefulSet', 'ReplicaSet'];

/** True for a workload whose replicas an apply could change. */
function isConcerned({ target, live }: LiveTarget): boolean {
  return (
    live !== undefined &&
    SCALABLE.includes(target.object.kind) &&
    (replicasIn(target.object) !== undefined || ownersOfReplicas(live).some(isUsOrKubectl))
  );
}

function leaveOne(
  object: LiveTarget,
  autoscalers: readonly Autoscaler[],
): { readonly object: LiveTarget; readonly notes: readonly string[] } {
  const { target, live } = object;
  const workload = { kind: target.object.kind, namespace: target.namespace ?? '', name: target.object.metadata.name };
  const autoscaler = autoscalers.find((one) => sameWorkload(one.workload, workload));
  if (autoscaler === undefined || !isConcerned(object)) {
    return { object, notes: [] };
  }
  const now = numberAt(live, 'spec', 'replicas');
  const isSetByOthers = ownersOfReplicas(live).some((owner) => !isUsOrKubectl(owner));
  const note = `spec.replicas of ${formatWorkload(workload)} is left to ${autoscaler.name} (now ${now ?? 'unknown'})`;
  return {
    object: { live, target: withReplicas(target, isSetByOthers ? undefined : now) },
    notes: replicasIn(target.object) === undefined ? [] : [note],
  };
}

function withReplicas(target: Target, replicas: number | undefined): Target {
  const { replicas: _replicas, ...rest } = isJsonObject(target.object['spec']) ? target.object['spec'] : {};
  const spec = replicas === undefined ? rest : { ...rest, replicas };
  return { ...target, object: { ...target.object, spec } };
}

function replicasIn(object: JsonObject): unknown {
  return valueAt(object, 'spec', 'replicas');
}

function ownersOfReplicas(live: JsonObject | undefined): readonly string[] {
  return objectsAt(live, 'metadata', 'managedFields')
    .filter((entry) => valueAt(fieldsOfEntry(entry), 'f:spec', 'f:replicas') !== undefined)
    .map((entry) => textAt(entry, 'manager') ?? '');
}

function isUsOrKubectl(manager: string): boolean {
  return manager === FIELD_MANAGER || isKubectlsOwn(manager);
}
