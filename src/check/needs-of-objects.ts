import { isNeverPruned } from '../kube/never-pruned.ts';
import { groupOf } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';
import type { AccessWishes, Doomed } from './access-wishes.ts';
import { needsFor, type Need } from './need.ts';

const OWNERS_LOST = 'without it all fields of what a rollback creates anew belong to kubectl';

/**
 * Server-side apply is a patch, which the server asks about as a create too where the object is not there (apiserver patch.go,
 * createAuthorizerAttributes).
 */
export function needsOfApply(targets: readonly Target[]): readonly Need[] {
  return targets.flatMap((target) => {
    const rest = { ...placeOf(target), because: 'needed to apply the manifests', use: 'needed' } as const;
    return [...needsFor(['get', 'patch'], rest), ...needsFor(['create'], { ...rest, unlessThere: target.path })];
  });
}

/** What may have to be deleted: Jobs that are replaced, objects that left the set, and at a rollback what was not there before. */
export function needsOfDeletion(targets: readonly Target[], wishes: AccessWishes): readonly Need[] {
  return [
    ...needsOfReplacement(targets, wishes),
    ...needsOfPrune(targets, wishes),
    ...(wishes.onFailure === 'keep' && wishes.onCancel === 'keep' ? [] : needsOfRollback(targets, wishes)),
  ];
}

function needsOfReplacement(targets: readonly Target[], { jobPolicy, preDeploy }: AccessWishes): readonly Need[] {
  return targets
    .filter(({ resource }) => resource.kind === 'Job' && groupOf(resource.apiVersion) === 'batch')
    .flatMap((target) => {
      if (preDeploy.includes(target)) {
        const because = 'without it a Job of an earlier deploy that differs is not replaced (pre-deploy)';
        return needsFor(['delete'], { ...placeOf(target), because, use: 'helpful' });
      }
      const because = 'needed to replace a Job that differs (job-policy)';
      return jobPolicy === 'replace'
        ? needsFor(['create', 'delete'], { ...placeOf(target), because, use: 'needed' })
        : [];
    });
}

function needsOfPrune(targets: readonly Target[], { prune, namespace }: AccessWishes): readonly Need[] {
  if (prune === undefined) {
    return [];
  }
  const kinds = targets
    .filter(({ resource }) => !isNeverPruned(groupOf(resource.apiVersion), resource.kind))
    .map(kindOf);
  const rest = { because: 'needed to delete what left the manifests (prune)', use: 'needed' } as const;
  return [
    ...needsOfInventory(prune.configMap, namespace),
    ...[...kinds, ...prune.doomed].flatMap((place) => needsFor(['get', 'delete'], { ...place, ...rest })),
  ];
}

/** What prune has deleted is created anew, and what was created is deleted. */
function needsOfRollback(targets: readonly Target[], wishes: AccessWishes): readonly Need[] {
  const rest = { because: 'needed for a rollback', use: 'needed' } as const;
  return [
    ...targets.flatMap((target) => needsFor(['delete'], { ...placeOf(target), unlessThere: target.path, ...rest })),
    ...(wishes.prune?.doomed ?? []).flatMap((place) => [
      ...needsFor(['create'], { ...place, name: undefined, ...rest }),
      ...needsFor(['patch'], { ...place, because: OWNERS_LOST, use: 'helpful' }),
    ]),
    ...statefulSetNamespaces(targets, wishes).flatMap((namespace) =>
      needsFor(['list', 'delete'], {
        group: '',
        resource: 'pods',
        namespace,
        because: 'needed to roll back a StatefulSet, which waits for its broken pods otherwise',
        use: 'needed',
      }),
    ),
  ];
}

function statefulSetNamespaces(targets: readonly Target[], { setImage, namespace }: AccessWishes): readonly string[] {
  const own = targets
    .filter(({ resource }) => resource.kind === 'StatefulSet')
    .flatMap((target) => target.namespace ?? []);
  const others = setImage.some(({ kind }) => kind === 'StatefulSet') ? [namespace] : [];
  return [...new Set([...own, ...others])];
}

function needsOfInventory(name: string, namespace: string): readonly Need[] {
  const rest = {
    group: '',
    resource: 'configmaps',
    namespace,
    name,
    because: 'needed to keep the list of what was applied (prune)',
    use: 'needed',
  } as const;
  const unlessThere = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
  return [...needsFor(['get', 'patch'], rest), ...needsFor(['create'], { ...rest, unlessThere })];
}

function placeOf({ resource, namespace, object }: Target): Doomed {
  return { group: groupOf(resource.apiVersion), resource: resource.name, namespace, name: object.metadata.name };
}

/** What an earlier deploy applied had other names. */
function kindOf({ resource, namespace }: Target): Doomed {
  return { group: groupOf(resource.apiVersion), resource: resource.name, namespace };
}
