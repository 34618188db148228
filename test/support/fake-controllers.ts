import { createHash } from 'node:crypto';
import type { KubeObject } from '../../src/kube/object.ts';
import { podTemplateOf } from '../../src/kube/pod-template.ts';
import { numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';

/** How the new pods of an image behave; an image that nothing is said about rolls out. */
export type Behaviour = { readonly kind: 'crashes'; readonly log: string } | { readonly kind: 'hangs' };

/** Time in the fake cluster stands still. */
export const NOW = '2026-01-01T00:00:00Z';
const REVISION = 'deployment.kubernetes.io/revision';

/** The ReplicaSet of a Deployment's template, as its controller makes it. */
export function replicaSetOf(deployment: KubeObject): KubeObject {
  const template = podTemplateOf(deployment);
  const hash = hashOf(JSON.stringify(template)).slice(0, 10);
  const labels = { ...labelsOf(deployment), 'pod-template-hash': hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? 'default',
      labels,
      annotations: { [REVISION]: textAt(deployment, 'metadata', 'annotations', REVISION) },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: { replicas: replicasOf(deployment), selector: { matchLabels: labels }, template },
  };
}

/** The pods of a ReplicaSet, all behaving in one way. */
export function podsOf(replicaSet: KubeObject, behaviour: Behaviour['kind'] | 'rolls out'): readonly KubeObject[] {
  const { name, namespace, labels } = replicaSet.metadata;
  return Array.from({ length: replicasOf(replicaSet) }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${index}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [ownerReference(replicaSet)],
      creationTimestamp: NOW,
    },
    spec: { ...specOf(replicaSet), nodeName: 'node-1' },
    status: podStatus(objectsAt(podTemplateOf(replicaSet), 'spec', 'containers'), behaviour),
  }));
}

/** What the controller says of a Deployment that has so many new and old pods. */
export function deploymentStatus(
  deployment: KubeObject,
  newPods: number,
  oldPods: number,
  behaviour: Behaviour['kind'] | 'rolls out',
): JsonObject {
  const isDone = behaviour === 'rolls out';
  const available = isDone ? newPods : oldPods;
  const reason = isDone ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated';
  return {
    observedGeneration: numberAt(deployment, 'metadata', 'generation'),
    replicas: newPods + oldPods,
    updatedReplicas: newPods,
    readyReplicas: available,
    availableReplicas: available,
    conditions: [{ type: 'Progressing', status: 'True', reason, lastUpdateTime: NOW, lastTransitionTime: NOW }],
  };
}

export function replicasOf(object: KubeObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1;
}

export function isOwnedBy(object: JsonObject, owner: JsonObject): boolean {
  return objectsAt(object, 'metadata', 'ownerReferences').some(
    (reference) => reference['uid'] === valueAt(owner, 'metadata', 'uid'),
  );
}

function ownerReference({ apiVersion, kind, metadata }: KubeObject): JsonObject {
  return { apiVersion, kind, name: metadata.name, uid: metadata['uid'], controller: true };
}

function podStatus(containers: readonly JsonObject[], behaviour: Behaviour['kind'] | 'rolls out'): JsonObject {
  const isReady = behaviour === 'rolls out';
  const statuses = containers.map((container) => {
    const image = textAt(container, 'image') ?? '';
    const state =
      behaviour === 'crashes'
        ? {
            restartCount: 2,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s restarting failed container' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: NOW, finishedAt: NOW } },
          }
        : { restartCount: 0, state: { running: { startedAt: NOW } } };
    return {
      name: container['name'],
      image,
      imageID: imageIdOf(image),
      ready: isReady,
      started: behaviour !== 'crashes',
      ...state,
    };
  });
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime: NOW,
  });
  return {
    phase: 'Running',
    startTime: NOW,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    containerStatuses: statuses,
  };
}

/** "repository@digest", as containerd has it; an image without a digest gets one made of its name. */
function imageIdOf(image: string): string {
  const [name = '', digest = `sha256:${hashOf(image)}`] = image.split('@');
  return `${name.replace(/:[^:/]*$/, '')}@${digest}`;
}

function labelsOf(deployment: KubeObject): JsonObject {
  const own = valueAt(podTemplateOf(deployment), 'metadata', 'labels');
  const selected = valueAt(deployment, 'spec', 'selector', 'matchLabels');
  return { ...(typeof selected === 'object' ? selected : {}), ...(typeof own === 'object' ? own : {}) };
}

function specOf(object: KubeObject): JsonObject {
  const spec = valueAt(podTemplateOf(object), 'spec');
  return typeof spec === 'object' ? { ...spec } : {};
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
