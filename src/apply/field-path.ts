import { isJsonObject, valueAt, type JsonObject } from '../values/json.ts';
import type { FieldPath } from '../kube/manifest.ts';

/**
 * The path the API server writes into its messages → path into the object: `.spec.containers[name="app"].image` and
 * `spec.containers[0].image`. An element that is named by keys is looked up in the object; the path ends where nothing is found.
 */
export function parseFieldPath(text: string, object: unknown): FieldPath {
  const steps = text.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
  const path: (string | number)[] = [];
  for (const step of steps) {
    const next = step.startsWith('[') ? elementIndex(step.slice(1, -1), valueAt(object, ...path)) : step;
    if (next === undefined) {
      break;
    }
    path.push(next);
  }
  return path;
}

function elementIndex(selector: string, list: unknown): string | number | undefined {
  if (/^\d+$/.test(selector)) {
    return Number(selector);
  }
  if (!Array.isArray(list)) {
    return selector.replaceAll('"', '');
  }
  const wanted = [...selector.matchAll(/(\w+)=(?:"([^"]*)"|([^,]+))/g)].map(([, key = '', quoted, plain]) => [
    key,
    quoted ?? plain,
  ]);
  // A key that has a default (protocol) need not be written.
  const isWanted = (item: JsonObject): boolean =>
    wanted.every(([key = '', value]) => item[key] === undefined || item[key] === value || item[key] === Number(value));
  const index = list.findIndex((item) => isJsonObject(item) && isWanted(item));
  return index === -1 ? undefined : index;
}
