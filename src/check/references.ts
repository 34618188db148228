import type { Finding } from '../errors.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Target } from '../kube/target.ts';
import type { JsonObject } from '../values/json.ts';
import { lookFor, type Look } from './look-for-referred.ts';
import type { NamespaceStates } from './namespaces.ts';
import { askEach } from './parallel.ts';
import { referencesOf, type Reference } from './pod-references.ts';
import { describeReferred, isAlwaysThere, referredBy } from './reference-places.ts';
import { findingOf, noteOf, refusalNotes, type Use } from './reference-texts.ts';
import { inSet, isMadeBySet, keysInCluster, keysInManifest } from './set-contents.ts';

export type MissingReferences = { readonly findings: readonly Finding[]; readonly notes: readonly string[] };

/** What is known of something that is referred to: what the set has of it, and what the cluster says where that was asked. */
type Known = { readonly own: JsonObject | undefined; readonly look: Look | undefined };

/**
 * What pods of the changed objects (`changed`: their paths) name, and neither the set nor the cluster has: a finding each, at its line; a
 * note for an imagePullSecret, and one for each kind that may not be read. In a namespace that is missing only the set counts.
 */
export async function findMissingReferences(
  targets: readonly Target[],
  changed: ReadonlySet<string>,
  namespaces: NamespaceStates,
  api: KubeApi,
): Promise<MissingReferences> {
  const uses = targets.filter(({ path }) => changed.has(path)).flatMap(usesOf);
  const open = uses.filter((use) => !isSettled(use, targets));
  const groups = [...Map.groupBy(open, ({ referred }) => describeReferred(referred)).values()];
  const known = await askEach(groups, async (group) => learn(group, targets, namespaces, api));
  const missing = known.flatMap(([group, what]) => group.filter(({ reference }) => isMissing(reference, what)));
  return {
    findings: missing.filter(({ reference }) => reference.isRequired).map(findingOf),
    notes: [
      ...missing.filter(({ reference }) => !reference.isRequired).map(noteOf),
      ...refusalNotes(
        known.flatMap(([group, { look }]) => (look?.kind === 'refused' ? group.map(({ referred }) => referred) : [])),
      ),
    ],
  };
}

/** Each object, and each key of it, once for each object that names it. */
function usesOf(target: Target): readonly Use[] {
  const uses = referencesOf(target.object).map((reference) => ({
    target,
    reference,
    referred: referredBy(reference, target.namespace),
  }));
  return [...Map.groupBy(uses, identityOf).values()].flatMap(
    (same) => same.find(({ reference }) => reference.isRequired) ?? same.slice(0, 1),
  );
}

function identityOf({ referred, reference }: Use): string {
  return `${describeReferred(referred)} ${reference.key}`;
}

/** Whether it is sure without asking that it is there, or will be. */
function isSettled({ referred, reference }: Use, targets: readonly Target[]): boolean {
  const own = inSet(referred, targets);
  return (
    isAlwaysThere(referred) ||
    isMadeBySet(referred, targets) ||
    (own !== undefined && (reference.key === undefined || keysInManifest(own).has(reference.key)))
  );
}

async function learn(
  uses: readonly Use[],
  targets: readonly Target[],
  namespaces: NamespaceStates,
  api: KubeApi,
): Promise<Known> {
  const [first] = uses;
  const own = first === undefined ? undefined : inSet(first.referred, targets);
  if (first === undefined || namespaces.get(first.referred.namespace ?? '') === 'missing') {
    return { own, look: undefined };
  }
  const wantsMore = (object: JsonObject): boolean => {
    const keys = keysInCluster(object, own !== undefined);
    return uses.some(({ reference: { key } }) => key !== undefined && keys?.has(key) === false);
  };
  return { own, look: await lookFor(first.referred, wantsMore, api) };
}

/** Of an object that is not there only the object is missing, not each of its keys. */
function isMissing({ key }: Reference, { own, look }: Known): boolean {
  if (look?.kind === 'refused' || look?.kind === 'made') {
    return false;
  }
  const live = look?.kind === 'there' ? look.object : undefined;
  const isThere = own !== undefined || live !== undefined;
  if (key === undefined || !isThere) {
    return key === undefined && !isThere;
  }
  return live === undefined || keysInCluster(live, own !== undefined)?.has(key) === false;
}
