import { DeployError, type Finding } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import { listAll } from '../kube/collection-list.ts';
import { isKubeObject } from '../kube/object.ts';
import { resourcePath } from '../kube/discovery.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { ROLLOUT_KINDS, sameWorkload, type RolloutKind, type Workload } from '../values/workload.ts';
import { consumedBy } from './consumers.ts';
import type { ChangedConfig, RestartCandidate } from './restart.ts';

export type NamespaceConsumers = {
  readonly candidates: readonly RestartCandidate[];
  readonly findings: readonly Finding[];
};

type Place = { readonly namespace: string; readonly kind: RolloutKind };

/**
 * The workloads that consume one of the changed ConfigMaps and Secrets and that this run does not know (`known`): for
 * `restart: auto-namespace`. Three lists for each namespace in which something changed, none otherwise. A list that the user may not have
 * is a finding, since what was asked for cannot be done then; every other failure throws. What is being deleted is left out.
 */
export async function consumersInNamespace(
  changed: readonly ChangedConfig[],
  known: readonly Workload[],
  api: KubeApi,
): Promise<NamespaceConsumers> {
  const namespaces = [...new Set(changed.map(({ namespace }) => namespace))];
  const places = namespaces.flatMap((namespace) => ROLLOUT_KINDS.map((kind) => ({ namespace, kind })));
  const lists = await Promise.all(places.map(async (place) => listConsumers(place, changed, api)));
  const candidates = lists.filter((list) => 'candidates' in list).flatMap((list) => list.candidates);
  return {
    candidates: candidates.filter(({ workload }) => !known.some((other) => sameWorkload(other, workload))),
    findings: lists.filter((list) => 'code' in list),
  };
}

async function listConsumers(
  place: Place,
  changed: readonly ChangedConfig[],
  api: KubeApi,
): Promise<{ readonly candidates: readonly RestartCandidate[] } | Finding> {
  const objects = await listWorkloads(place, api);
  return 'code' in objects
    ? objects
    : { candidates: objects.flatMap((object) => candidatesFrom(object, place, changed)) };
}

function candidatesFrom(
  object: JsonObject,
  { kind, namespace }: Place,
  changed: readonly ChangedConfig[],
): readonly RestartCandidate[] {
  if (!isKubeObject(object) || textAt(object, 'metadata', 'deletionTimestamp') !== undefined) {
    return [];
  }
  const consumed = consumedBy(object);
  const isConsumer = changed.some((one) => one.namespace === namespace && consumed.has(one.name));
  return isConsumer
    ? [{ workload: { kind, namespace, name: object.metadata.name }, object, getsNewRevision: false }]
    : [];
}

/** A page that the server has forgotten means that the list has to begin anew, which is tried once. */
async function listWorkloads(place: Place, api: KubeApi, mayRepeat = true): Promise<readonly JsonObject[] | Finding> {
  const listed = await listAll({ path: pathOf(place) }, api);
  if (listed.kind === 'listed') {
    return listed.objects;
  }
  if (listed.kind === 'expired' && mayRepeat) {
    return listWorkloads(place, api, false);
  }
  const what = `list the ${place.kind}s of the namespace ${place.namespace}`;
  if (listed.kind === 'forbidden') {
    return mayNotList(what, listed.message);
  }
  const code = listed.kind === 'unauthorized' ? 'credentials-rejected' : 'cluster-unreachable';
  const why = 'message' in listed ? listed.message : 'it changed while it was read';
  throw new DeployError(code, `The API server did not ${what}: ${why}`);
}

function mayNotList(what: string, refusal: string): Finding {
  return {
    code: 'access-denied',
    problem: {
      message: `restart: auto-namespace: the kubeconfig's user may not ${what}: ${refusal}`,
      hint: 'Give the user a Role that allows it, or use restart: auto, which looks at the manifests only.',
    },
  };
}

function pathOf({ kind, namespace }: Place): string {
  return resourcePath({ apiVersion: 'apps/v1', kind, name: `${kind.toLowerCase()}s`, namespaced: true }, namespace);
}
