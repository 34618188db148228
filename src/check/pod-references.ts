import type { FieldPath } from '../kube/manifest.ts';
import type { KubeObject } from '../kube/object.ts';
import { podTemplateOf, podTemplatePath } from '../kube/pod-template.ts';
import { objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';

export type ReferenceKind = 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim' | 'ServiceAccount' | 'PriorityClass';

/** Something that pods of an object need by name, and where it is written. */
export type Reference = {
  readonly kind: ReferenceKind;
  readonly name: string;
  /** The key of it that is needed; undefined for the whole. */
  readonly key: string | undefined;
  /** From the root of the object to the field with the name, or with the key. */
  readonly path: FieldPath;
  /** False for an imagePullSecret: pods start without it, and may get their image all the same. */
  readonly isRequired: boolean;
};

/** One object in the pod template, and its path. */
type Place = { readonly at: JsonObject; readonly path: FieldPath };

/** All that the pods of an object name and cannot do without; what is `optional: true` is not in it. Empty for kinds that run no pods. */
export function referencesOf(object: KubeObject): readonly Reference[] {
  const templatePath = podTemplatePath(object.kind);
  const spec = valueAt(podTemplateOf(object), 'spec');
  if (templatePath === undefined || spec === undefined) {
    return [];
  }
  const root: Place = { at: { spec }, path: templatePath };
  const claims = new Set(
    objectsAt(object, 'spec', 'volumeClaimTemplates').map((claim) => textAt(claim, 'metadata', 'name')),
  );
  const containers = [...itemsAt(root, 'spec', 'initContainers'), ...itemsAt(root, 'spec', 'containers')];
  const volumes = itemsAt(root, 'spec', 'volumes').filter(({ at }) => !claims.has(textAt(at, 'name')));
  return [
    ...containers.flatMap(fromContainer),
    ...volumes.flatMap(fromVolume),
    ...fromPod(root),
    ...itemsAt(root, 'spec', 'imagePullSecrets').flatMap((place) =>
      whole('Secret', place, ['name']).map((reference) => ({ ...reference, isRequired: false })),
    ),
  ];
}

function fromPod(root: Place): readonly Reference[] {
  const account = whole('ServiceAccount', root, ['spec', 'serviceAccountName']);
  return [
    // The old name of the field still counts where the new one is not written.
    ...(account.length > 0 ? account : whole('ServiceAccount', root, ['spec', 'serviceAccount'])),
    ...whole('PriorityClass', root, ['spec', 'priorityClassName']),
  ];
}

function fromContainer(container: Place): readonly Reference[] {
  return [
    ...itemsAt(container, 'env').flatMap((entry) => [
      ...oneKey('ConfigMap', entry, ['valueFrom', 'configMapKeyRef']),
      ...oneKey('Secret', entry, ['valueFrom', 'secretKeyRef']),
    ]),
    ...itemsAt(container, 'envFrom').flatMap((entry) => [
      ...source('ConfigMap', entry, ['configMapRef'], 'name'),
      ...source('Secret', entry, ['secretRef'], 'name'),
    ]),
  ];
}

function fromVolume(volume: Place): readonly Reference[] {
  return [
    ...source('ConfigMap', volume, ['configMap'], 'name'),
    ...source('Secret', volume, ['secret'], 'secretName'),
    ...itemsAt(volume, 'projected', 'sources').flatMap((part) => [
      ...source('ConfigMap', part, ['configMap'], 'name'),
      ...source('Secret', part, ['secret'], 'name'),
    ]),
    ...whole('PersistentVolumeClaim', volume, ['persistentVolumeClaim', 'claimName']),
  ];
}

/** A ConfigMap or Secret that is read as a whole, or only some `items` of it. */
function source(kind: ReferenceKind, place: Place, at: readonly string[], nameField: string): readonly Reference[] {
  if (isOptional(place, at)) {
    return [];
  }
  return whole(kind, place, [...at, nameField]).flatMap((reference) => [
    reference,
    ...itemsAt(place, ...at, 'items').flatMap((item): readonly Reference[] => {
      const key = textAt(item.at, 'key');
      return key === undefined ? [] : [{ ...reference, key, path: [...item.path, 'key'] }];
    }),
  ]);
}

function oneKey(kind: ReferenceKind, place: Place, at: readonly string[]): readonly Reference[] {
  const key = textAt(place.at, ...at, 'key');
  if (key === undefined || isOptional(place, at)) {
    return [];
  }
  return whole(kind, place, [...at, 'name']).flatMap((reference) => [
    reference,
    { ...reference, key, path: [...place.path, ...at, 'key'] },
  ]);
}

function whole(kind: ReferenceKind, place: Place, at: readonly string[]): readonly Reference[] {
  const name = textAt(place.at, ...at) ?? '';
  return name === '' ? [] : [{ kind, name, key: undefined, path: [...place.path, ...at], isRequired: true }];
}

function isOptional({ at }: Place, path: readonly string[]): boolean {
  return valueAt(at, ...path, 'optional') === true;
}

function itemsAt({ at, path }: Place, ...to: readonly string[]): readonly Place[] {
  return objectsAt(at, ...to).map((item, index) => ({ at: item, path: [...path, ...to, index] }));
}
