import { podTemplateOf } from '../kube/pod-template.ts';
import type { KubeObject } from '../kube/object.ts';
import { objectsAt, textAt, type JsonObject } from '../values/json.ts';

/** A ConfigMap or Secret by name, as "ConfigMap/agent". */
export type ConfigName = `ConfigMap/${string}` | `Secret/${string}`;

/**
 * The ConfigMaps and Secrets whose content the pods of a workload read: env, envFrom, volumes and projected volumes, of init containers
 * too. imagePullSecrets are read by the kubelet, not by the pod, and do not count.
 */
export function consumedBy(workload: KubeObject): ReadonlySet<ConfigName> {
  const template = podTemplateOf(workload);
  const containers = [...objectsAt(template, 'spec', 'initContainers'), ...objectsAt(template, 'spec', 'containers')];
  return new Set([...containers.flatMap(fromContainer), ...objectsAt(template, 'spec', 'volumes').flatMap(fromVolume)]);
}

function fromContainer(container: JsonObject): readonly ConfigName[] {
  const single = objectsAt(container, 'env').flatMap((entry) => [
    ...named('ConfigMap', textAt(entry, 'valueFrom', 'configMapKeyRef', 'name')),
    ...named('Secret', textAt(entry, 'valueFrom', 'secretKeyRef', 'name')),
  ]);
  const whole = objectsAt(container, 'envFrom').flatMap((entry) => [
    ...named('ConfigMap', textAt(entry, 'configMapRef', 'name')),
    ...named('Secret', textAt(entry, 'secretRef', 'name')),
  ]);
  return [...single, ...whole];
}

function fromVolume(volume: JsonObject): readonly ConfigName[] {
  const projected = objectsAt(volume, 'projected', 'sources').flatMap((source) => [
    ...named('ConfigMap', textAt(source, 'configMap', 'name')),
    ...named('Secret', textAt(source, 'secret', 'name')),
  ]);
  return [
    ...named('ConfigMap', textAt(volume, 'configMap', 'name')),
    ...named('Secret', textAt(volume, 'secret', 'secretName')),
    ...projected,
  ];
}

function named(kind: 'ConfigMap' | 'Secret', name: string | undefined): readonly ConfigName[] {
  return name === undefined ? [] : [`${kind}/${name}`];
}
