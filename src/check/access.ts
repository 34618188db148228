import type { Target } from '../kube/target.ts';
import { proxiedName } from '../values/smoke-test.ts';
import { ROLLOUT_KINDS } from '../values/workload.ts';
import type { AccessWishes } from './access-wishes.ts';
import { needsFor, withoutRepeatedNeeds, type Need } from './need.ts';
import { needsOfApply, needsOfDeletion } from './needs-of-objects.ts';
import { needsOfReferences } from './needs-of-references.ts';
import { awaitedIn, needsOfRollouts, type Awaited } from './needs-of-rollouts.ts';
import { workloadCollection } from './workload-places.ts';

/** Every right that a deploy of these objects uses, each once. */
export function needsOf(targets: readonly Target[], wishes: AccessWishes): readonly Need[] {
  const all = [...targets, ...wishes.preDeploy];
  return withoutRepeatedNeeds([
    ...needsOfNamespace(wishes),
    ...needsOfApply(all),
    ...needsOfSetImage(wishes),
    ...needsOfRestarts(targets, wishes),
    ...needsOfDeletion(all, wishes),
    ...needsOfRollouts([...awaitedIn(all), ...awaitedByName(targets, wishes)]),
    ...needsOfSmokeTests(wishes),
    ...(wishes.references ? needsOfReferences(all) : []),
  ]);
}

function needsOfNamespace({ createNamespace, namespace }: AccessWishes): readonly Need[] {
  if (!createNamespace) {
    return [];
  }
  const place = { group: '', resource: 'namespaces', namespace: undefined, name: namespace };
  const rest = { ...place, because: 'needed to create the namespace', use: 'needed' } as const;
  const unlessThere = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  return [...needsFor(['get'], rest), ...needsFor(['create'], { ...rest, unlessThere })];
}

function needsOfSetImage({ setImage, namespace }: AccessWishes): readonly Need[] {
  return setImage.flatMap(({ kind, name }) =>
    needsFor(['get', 'patch'], {
      ...workloadCollection(kind, namespace),
      name,
      because: 'needed for set-image',
      use: 'needed',
    }),
  );
}

/** A workload of the manifests is restarted with the rights by which it is applied. */
function needsOfRestarts(targets: readonly Target[], { restart, namespace }: AccessWishes): readonly Need[] {
  const rest = { because: 'needed to restart workloads', use: 'needed' } as const;
  if (restart.kind === 'only') {
    return restart.workloads.flatMap(({ kind, name }) =>
      needsFor(['get', 'patch'], { ...workloadCollection(kind, namespace), name, ...rest }),
    );
  }
  return restart.kind === 'auto-namespace'
    ? configNamespaces(targets).flatMap((own) =>
        ROLLOUT_KINDS.flatMap((kind) =>
          needsFor(['get', 'list', 'patch'], { ...workloadCollection(kind, own), ...rest }),
        ),
      )
    : [];
}

/** Workloads that the inputs name, or that `auto-namespace` may restart. */
function awaitedByName(targets: readonly Target[], { setImage, restart, namespace }: AccessWishes): readonly Awaited[] {
  const named = [...setImage, ...(restart.kind === 'only' ? restart.workloads : [])];
  const others = restart.kind === 'auto-namespace' ? configNamespaces(targets) : [];
  return [
    ...named.map(({ kind }) => ({ rule: kind, namespace })),
    ...others.flatMap((own) => ROLLOUT_KINDS.map((rule) => ({ rule, namespace: own }))),
  ];
}

/** Where a change of configuration can lead to a restart. */
function configNamespaces(targets: readonly Target[]): readonly string[] {
  const configs = targets.filter(({ resource }) => resource.kind === 'ConfigMap' || resource.kind === 'Secret');
  return [...new Set(configs.flatMap(({ namespace }) => namespace ?? []))];
}

function needsOfSmokeTests({ smokeTests, namespace }: AccessWishes): readonly Need[] {
  return smokeTests.flatMap((test) =>
    test.kind === 'service'
      ? needsFor(['get'], {
          group: '',
          resource: 'services',
          subresource: 'proxy',
          namespace,
          name: proxiedName(test),
          because: 'needed for smoke tests of a Service',
          use: 'needed',
        })
      : [],
  );
}
