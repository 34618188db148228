import { groupOf, type KubeObject } from '../kube/object.ts';
import type { Target } from '../kube/target.ts';

/** One object by group, kind, namespace and name: the version of the group does not matter. "" for no group and for no namespace. */
export type InventoryEntry = {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
};

/** Whose inventory it is, and where. */
export type InventoryScope = {
  /** As the user gives it, or as the plan made it. */
  readonly name: string;
  readonly namespace: string;
  readonly repository: string;
};

/** What deploys of one name have applied and not removed, as it is stored. */
export type Inventory = { readonly scope: InventoryScope; readonly entries: readonly InventoryEntry[] };

export const MANAGED_BY = { label: 'app.kubernetes.io/managed-by', value: 'k8s-deploy' } as const;

const PREFIX = 'k8s-deploy-inventory-';
const LONGEST_NAME = 253;
const OBJECT_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** The name of the ConfigMap that holds an inventory. What no object may be called is shortened and told apart by a hash. */
export function inventoryObjectName(name: string): string {
  const plain = `${PREFIX}${name}`;
  if (OBJECT_NAME.test(plain) && plain.length <= LONGEST_NAME) {
    return plain;
  }
  const readable = plain.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return `${readable.slice(0, LONGEST_NAME - 9)}-${hashOf(name)}`;
}

/** Whether an entry is an inventory itself, this one or another. */
export function isInventory({ group, kind, name }: InventoryEntry): boolean {
  return group === '' && kind === 'ConfigMap' && name.startsWith(PREFIX);
}

export function entryOf({ object, resource, namespace = '' }: Target): InventoryEntry {
  const { apiVersion, kind } = resource;
  const group = groupOf(apiVersion);
  return { group, kind, namespace, name: object.metadata.name };
}

/** "apps/Deployment/shop/server", "/ConfigMap/shop/agent", "/Namespace//shop". */
export function formatEntry({ group, kind, namespace, name }: InventoryEntry): string {
  return [group, kind, namespace, name].join('/');
}

/** Undefined for what is no entry. No part of it can have a slash. */
export function parseEntry(line: string): InventoryEntry | undefined {
  const [group = '', kind = '', namespace = '', name = '', ...more] = line.split('/');
  return kind === '' || name === '' || more.length > 0 ? undefined : { group, kind, namespace, name };
}

/**
 * What to store before the first change: all that is stored and all that is in the set. So whatever a run that dies has applied is in it.
 * An object for server-side apply; undefined when the same is stored already.
 */
export function inventoryBefore(
  scope: InventoryScope,
  stored: Inventory | undefined,
  targets: readonly Target[],
): KubeObject | undefined {
  const before = linesOf(stored?.entries ?? []);
  const union = linesOf([...(stored?.entries ?? []), ...targets.map(entryOf)]);
  return union.length === before.length ? undefined : inventoryObject(scope, union);
}

/** What to store when pruning has succeeded: the set. Undefined when nothing else is stored, given what `inventoryBefore` made of `stored`. */
export function inventoryAfter(
  scope: InventoryScope,
  stored: Inventory | undefined,
  targets: readonly Target[],
): KubeObject | undefined {
  const set = linesOf(targets.map(entryOf));
  const union = linesOf([...(stored?.entries ?? []), ...targets.map(entryOf)]);
  return union.length === set.length ? undefined : inventoryObject(scope, set);
}

function linesOf(entries: readonly InventoryEntry[]): readonly string[] {
  return [...new Set(entries.map(formatEntry))].toSorted();
}

function inventoryObject({ name, namespace, repository }: InventoryScope, lines: readonly string[]): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: inventoryObjectName(name),
      namespace,
      labels: { [MANAGED_BY.label]: MANAGED_BY.value },
    },
    data: { objects: lines.join('\n'), repository },
  };
}

/** FNV-1a, 32 bits: to tell names apart, not to withstand anybody. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
