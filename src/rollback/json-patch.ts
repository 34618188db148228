import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../values/json.ts';

/** One operation of a JSON patch (RFC 6902). */
export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** The operations that make `to` of `from`. Maps are patched field by field, lists as a whole. None: they are equal. */
export function patchBetween(from: unknown, to: unknown, path = ''): readonly Operation[] {
  if (isDeepStrictEqual(from, to)) {
    return [];
  }
  if (to === undefined) {
    return [{ op: 'remove', path }];
  }
  if (from === undefined) {
    return [{ op: 'add', path, value: to }];
  }
  if (!isJsonObject(from) || !isJsonObject(to)) {
    return [{ op: 'replace', path, value: to }];
  }
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return keys.flatMap((key) => patchBetween(from[key], to[key], `${path}/${escaped(key)}`));
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
