import { objectsAt, textAt, type JsonObject } from '../values/json.ts';
import type { KubeApi } from './api.ts';
import type { KubeObject } from './object.ts';

/** A kind of object whose controller makes Secrets, and where such an object names what it makes. Without a name it is its own. */
type Maker = {
  readonly kind: string;
  readonly collection: string;
  readonly versions: readonly string[];
  readonly group: string;
  readonly target: readonly string[];
};

const MAKERS: readonly Maker[] = [
  {
    kind: 'ExternalSecret',
    group: 'external-secrets.io',
    versions: ['v1', 'v1beta1'],
    collection: 'externalsecrets',
    target: ['spec', 'target', 'name'],
  },
  {
    kind: 'SealedSecret',
    group: 'bitnami.com',
    versions: ['v1alpha1'],
    collection: 'sealedsecrets',
    target: ['spec', 'template', 'metadata', 'name'],
  },
  {
    kind: 'Certificate',
    group: 'cert-manager.io',
    versions: ['v1'],
    collection: 'certificates',
    target: ['spec', 'secretName'],
  },
  {
    kind: 'VaultStaticSecret',
    group: 'secrets.hashicorp.com',
    versions: ['v1beta1'],
    collection: 'vaultstaticsecrets',
    target: ['spec', 'destination', 'name'],
  },
  {
    kind: 'VaultDynamicSecret',
    group: 'secrets.hashicorp.com',
    versions: ['v1beta1'],
    collection: 'vaultdynamicsecrets',
    target: ['spec', 'destination', 'name'],
  },
  {
    kind: 'InfisicalSecret',
    group: 'secrets.infisical.com',
    versions: ['v1alpha1'],
    collection: 'infisicalsecrets',
    target: ['spec', 'managedSecretReference', 'secretName'],
  },
];

/** Kind and name of what is wanted; only Secrets are made by others. */
type Wanted = { readonly kind: string; readonly name: string };

/** The name of the Secret that an object makes; undefined for an object that is no maker, of whatever version. */
export function secretMadeBy(object: KubeObject): string | undefined {
  const maker = MAKERS.find(({ kind, group }) => kind === object.kind && object.apiVersion.startsWith(`${group}/`));
  return maker === undefined ? undefined : madeBy(maker, object);
}

/** "ExternalSecret/db" when such an object of the namespace says that it makes the Secret; undefined when none does, or none may be read. */
export async function findMaker(wanted: Wanted, namespace: string, api: KubeApi): Promise<string | undefined> {
  if (wanted.kind !== 'Secret') {
    return undefined;
  }
  const lists = MAKERS.flatMap((maker) =>
    maker.versions.map(async (version) => {
      const path = `/apis/${maker.group}/${version}/namespaces/${encodeURIComponent(namespace)}/${maker.collection}`;
      const answer = await api.request({ method: 'GET', path });
      const objects = answer.status === 200 ? objectsAt(answer.body, 'items') : [];
      const found = objects.find((object) => madeBy(maker, object) === wanted.name);
      return found === undefined ? undefined : `${maker.kind}/${textAt(found, 'metadata', 'name') ?? ''}`;
    }),
  );
  return (await Promise.all(lists)).find((name) => name !== undefined);
}

function madeBy({ target }: Maker, object: JsonObject): string | undefined {
  return textAt(object, ...target) ?? textAt(object, 'metadata', 'name');
}
