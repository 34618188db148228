import { statusMessage, type ApiAnswer, type KubeApi } from '../kube/api.ts';
import { valueAt } from '../values/json.ts';
import { describeResource, type Need } from './need.ts';
import { askEach } from './parallel.ts';
import { isGranted, rulesOf, type AccessRule } from './rules.ts';

const ROOT = '/apis/authorization.k8s.io/v1';

/** `unknown`: nobody says, and why. */
export type Right = { readonly kind: 'granted' | 'missing' } | { readonly kind: 'unknown'; readonly why: string };

const GRANTED: Right = { kind: 'granted' };

/**
 * Which rights the user of the kubeconfig has. The rules of each namespace are asked for once; what they do not grant is asked for one by
 * one, for there are authorizers that cannot list their rules, first for all names and then for the one that is meant.
 */
export async function askRights(needs: readonly Need[], api: KubeApi): Promise<ReadonlyMap<Need, Right>> {
  const rules = await readRules(needs, api);
  const open = needs.filter((need) => !isGranted(need, rules.get(need.namespace ?? '') ?? []));
  const ofKinds = await askAll(open.map(withoutName), api);
  const named = open.filter(
    (need) => need.name !== undefined && ofKinds.get(keyOf(withoutName(need)))?.kind === 'missing',
  );
  const ofObjects = await askAll(named, api);
  return new Map(
    needs.map((need) => [need, ofObjects.get(keyOf(need)) ?? ofKinds.get(keyOf(withoutName(need))) ?? GRANTED]),
  );
}

async function readRules(needs: readonly Need[], api: KubeApi): Promise<ReadonlyMap<string, readonly AccessRule[]>> {
  const namespaces = [...new Set(needs.flatMap(({ namespace }) => namespace ?? []))];
  const answers = await askEach(namespaces, async (namespace) =>
    post('SelfSubjectRulesReview', 'selfsubjectrulesreviews', { namespace }, api),
  );
  return new Map(answers.map(([namespace, { body }]) => [namespace, rulesOf(body) ?? []]));
}

/** Each question once. */
async function askAll(needs: readonly Need[], api: KubeApi): Promise<ReadonlyMap<string, Right>> {
  const questions = new Map(needs.map((need) => [keyOf(need), need]));
  const answers = await askEach([...questions], async ([, need]) => askRight(need, api));
  return new Map(answers.map(([[key], right]) => [key, right]));
}

async function askRight(need: Need, api: KubeApi): Promise<Right> {
  const { group, resource, subresource, name, verb } = need;
  // A request about one Namespace counts as one in that namespace (apiserver requestinfo.go).
  const namespace = group === '' && resource === 'namespaces' ? name : need.namespace;
  const resourceAttributes = { group, resource, subresource, namespace, name, verb };
  const answer = await post('SelfSubjectAccessReview', 'selfsubjectaccessreviews', { resourceAttributes }, api);
  const allowed = valueAt(answer.body, 'status', 'allowed');
  return typeof allowed === 'boolean'
    ? { kind: allowed ? 'granted' : 'missing' }
    : { kind: 'unknown', why: statusMessage(answer) };
}

async function post(kind: string, plural: string, spec: object, api: KubeApi): Promise<ApiAnswer> {
  return api.request({
    method: 'POST',
    path: `${ROOT}/${plural}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind, spec }),
  });
}

function withoutName(need: Need): Need {
  return { ...need, name: undefined };
}

function keyOf(need: Need): string {
  return [describeResource(need), need.verb, need.name].join(' ');
}
