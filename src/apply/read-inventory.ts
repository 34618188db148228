import type { Finding } from '../errors.ts';
import { getObject, type KubeApi } from '../kube/api.ts';
import { resourcePath } from '../kube/discovery.ts';
import { textAt, type JsonObject } from '../values/json.ts';
import { inventoryObjectName, MANAGED_BY, parseEntry, type Inventory, type InventoryScope } from './inventory.ts';

const CONFIG_MAPS = { apiVersion: 'v1', kind: 'ConfigMap', name: 'configmaps', namespaced: true };

/** `inventory` is undefined when there is none yet, and when `findings` say why it must not be used. */
export type ReadInventory = { readonly inventory: Inventory | undefined; readonly findings: readonly Finding[] };

/**
 * Reads what earlier deploys of this name have applied. What was not written by this action, cannot be understood line by line, or is of
 * another repository is refused: objects are deleted by it. Throws when it may not be read.
 */
export async function readInventory(scope: InventoryScope, api: KubeApi): Promise<ReadInventory> {
  const name = inventoryObjectName(scope.name);
  const path = resourcePath(CONFIG_MAPS, scope.namespace, name);
  const object = await getObject(api, path, `read the inventory ConfigMap/${name}`);
  if (object === undefined) {
    return { inventory: undefined, findings: [] };
  }
  const found = understand(object, scope);
  return typeof found === 'string'
    ? { inventory: undefined, findings: [refusal(`ConfigMap/${name} in ${scope.namespace} ${found}`)] }
    : { inventory: found, findings: [] };
}

/** The inventory, or what is wrong with it. */
function understand(object: JsonObject, scope: InventoryScope): Inventory | string {
  const repository = textAt(object, 'data', 'repository');
  const objects = textAt(object, 'data', 'objects');
  if (textAt(object, 'metadata', 'labels', MANAGED_BY.label) !== MANAGED_BY.value) {
    return `is no inventory of this action: it has no label ${MANAGED_BY.label}: ${MANAGED_BY.value}`;
  }
  if (repository === undefined || objects === undefined) {
    return 'is no inventory: data.objects or data.repository is missing';
  }
  if (repository !== scope.repository) {
    return `is the inventory of ${repository}, and this deploy is of ${scope.repository}`;
  }
  const lines = objects.split('\n').filter((line) => line !== '');
  const garbled = lines.find((line) => parseEntry(line) === undefined);
  return garbled === undefined
    ? { scope, entries: lines.map(parseEntry).filter((entry) => entry !== undefined) }
    : `cannot be read: "${garbled}" is not group/Kind/namespace/name`;
}

function refusal(message: string): Finding {
  return {
    code: 'prune-refused',
    problem: {
      message,
      hint: 'Give this deploy another name in the input inventory, or delete the ConfigMap: then nothing that earlier deploys applied is pruned.',
    },
  };
}
