import { isJsonObject } from '../values/json.ts';

/** What tells the items of a list apart, the first that does: the name, or else what Kubernetes merges such lists by. */
const IDENTIFYING_KEYS = ['name', 'mountPath', 'containerPort', 'port', 'ip', 'topologyKey'] as const;

/**
 * The names of the items of some lists, list by list: an item has the same name in each. Undefined when nothing but the position
 * tells them apart.
 */
export function itemNames(...lists: readonly (readonly unknown[])[]): readonly (readonly string[])[] | undefined {
  return IDENTIFYING_KEYS.map((key) =>
    lists.map((list) => namesBy(key, list)).filter((names) => names !== undefined),
  ).find((names) => names.length === lists.length);
}

function namesBy(key: string, list: readonly unknown[]): readonly string[] | undefined {
  const names = list.map((item) => nameBy(key, item)).filter((name) => name !== undefined);
  return names.length === list.length && new Set(names).size === names.length ? names : undefined;
}

/** Ports of two protocols may have one number; TCP is the default, and need not be written. */
function nameBy(key: string, item: unknown): string | undefined {
  const value = isJsonObject(item) ? item[key] : undefined;
  if (!isJsonObject(item) || (typeof value !== 'string' && typeof value !== 'number')) {
    return undefined;
  }
  const protocol = item['protocol'];
  const isPort = key === 'containerPort' || key === 'port';
  return isPort && typeof protocol === 'string' && protocol !== 'TCP' ? `${value}/${protocol}` : `${value}`;
}
