import { podTemplateOf } from '../kube/pod-template.ts';
import type { KubeObject } from '../kube/object.ts';
import { objectsAt, textAt, type JsonObject } from '../values/json.ts';

/** A ConfigMap or Secret by name, as "ConfigMap/agent". */
export type ConfigName = `ConfigMap/${string}` | `Secret/${string}`;

/** The name of an object that is a ConfigMap or Secret; undefined for every other. */
export function configNameOf({ apiVersion, kind, metadata }: KubeObject): ConfigName | undefined {
  return apiVersion === 'v1' && (kind === 'ConfigMap' || kind === 'Secret') ? `${kind}/${metadata.name}` : undefined;
}

/**
 * The ConfigMaps and Secrets whose content the containers of a workload read: env, envFrom, and the volumes, projected ones too, that one
 * of the containers mounts, wholly or by subPath. Init and ephemeral containers are containers. A volume that none of them mounts is not
 * even set up: with it a pod starts although its ConfigMap is missing (seen on 1.34). What only the kubelet and volume drivers read, such
 * as imagePullSecrets and the secret of a CSI volume, does not count.
 */
export function consumedBy(workload: KubeObject): ReadonlySet<ConfigName> {
  const template = podTemplateOf(workload);
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    objectsAt(template, 'spec', list),
  );
  const mounted = new Set(
    containers.flatMap((container) => objectsAt(container, 'volumeMounts').map((mount) => textAt(mount, 'name'))),
  );
  const volumes = objectsAt(template, 'spec', 'volumes').filter((volume) => mounted.has(textAt(volume, 'name')));
  return new Set([...containers.flatMap(fromContainer), ...volumes.flatMap(fromVolume)]);
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
