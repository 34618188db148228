import type { Lab } from '../../test/lab/lab.ts';
import { numberAt, objectsAt, textAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { kubectlJson } from './kubectl.ts';
import { NAMESPACE } from './world.ts';

export type Pod = {
  readonly uid: string;
  readonly app: string;
  /** The image that the node reports to run: `repo@sha256:…`. */
  readonly imageId: string;
  readonly restarts: number;
  readonly isReady: boolean;
};

export type ReplicaSet = { readonly uid: string; readonly deployment: string };

/** The shop in the cluster at one moment. Pods that are on their way out do not count. */
export type Snapshot = {
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  /** What changes whenever somebody changes the object, by kind and name. */
  readonly versions: ReadonlyMap<string, string>;
};

const KINDS = 'deployments,configmaps,services,ingresses,replicasets,pods';

export async function takeSnapshot(lab: Lab): Promise<Snapshot> {
  const all = objectsAt(await kubectlJson(lab, 'get', KINDS, `--namespace=${NAMESPACE}`), 'items').filter(isOfTheShop);
  const ofKind = (kind: string): readonly JsonObject[] => all.filter((object) => object['kind'] === kind);
  return {
    replicaSets: ofKind('ReplicaSet').map(readReplicaSet),
    pods: ofKind('Pod')
      .filter((pod) => valueAt(pod, 'metadata', 'deletionTimestamp') === undefined)
      .map(readPod),
    versions: new Map(['Deployment', 'ConfigMap', 'Service', 'Ingress'].flatMap(ofKind).map(versionOf)),
  };
}

/** Kubernetes itself puts this ConfigMap into every namespace. */
function isOfTheShop(object: JsonObject): boolean {
  return textAt(object, 'metadata', 'name') !== 'kube-root-ca.crt';
}

export function podsOf({ pods }: Snapshot, app: string): readonly Pod[] {
  return pods.filter((pod) => pod.app === app);
}

function readReplicaSet(object: JsonObject): ReplicaSet {
  return {
    uid: textAt(object, 'metadata', 'uid') ?? '',
    deployment: textAt(object, 'metadata', 'ownerReferences', 0, 'name') ?? '',
  };
}

function readPod(object: JsonObject): Pod {
  const containers = objectsAt(object, 'status', 'containerStatuses');
  return {
    uid: textAt(object, 'metadata', 'uid') ?? '',
    app: textAt(object, 'metadata', 'labels', 'app') ?? '',
    imageId: textAt(containers, 0, 'imageID') ?? '',
    restarts: containers.reduce((sum, container) => sum + (numberAt(container, 'restartCount') ?? 0), 0),
    isReady: containers.length > 0 && containers.every((container) => container['ready'] === true),
  };
}

/** The generation where there is one: it does not grow when only the status changes. */
function versionOf(object: JsonObject): readonly [string, string] {
  const name = `${textAt(object, 'kind') ?? ''} ${textAt(object, 'metadata', 'name') ?? ''}`;
  const generation = numberAt(object, 'metadata', 'generation');
  return [name, generation === undefined ? (textAt(object, 'metadata', 'resourceVersion') ?? '') : String(generation)];
}
