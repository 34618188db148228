import { isJsonObject, numberAt, textAt, type JsonObject } from '../values/json.ts';
import type { CollectionEvent } from './collection.ts';
import type { Ending } from './collection-endings.ts';
import { endingOfStatus } from './collection-status.ts';

/** What a line of a watch says. */
export type WatchLine =
  /** `event` is missing in a bookmark, which only says how far the watch is. */
  | { readonly kind: 'progress'; readonly event: CollectionEvent | undefined; readonly version: string | undefined }
  | { readonly kind: 'over'; readonly ending: Ending };

/** Reads one line: `{"type":"MODIFIED","object":{…}}`. */
export function readLine(text: string): WatchLine {
  const { type, object } = parse(text);
  if (!isJsonObject(object)) {
    return { kind: 'over', ending: { kind: 'garbled' } };
  }
  const version = textAt(object, 'metadata', 'resourceVersion');
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'progress', event: { kind: 'changed', object: trimmed(object) }, version };
    case 'DELETED':
      return { kind: 'progress', event: { kind: 'deleted', object: trimmed(object) }, version };
    case 'BOOKMARK':
      return { kind: 'progress', event: undefined, version };
    case 'ERROR':
      return { kind: 'over', ending: endingOfStatus({ status: numberAt(object, 'code') ?? 500, body: object, text }) };
    default:
      return { kind: 'over', ending: { kind: 'garbled' } };
  }
}

/** Without `managedFields`: a third of an object, and nobody here asks for them. */
export function trimmed(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isJsonObject(metadata) || metadata['managedFields'] === undefined) {
    return object;
  }
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

function parse(text: string): JsonObject {
  try {
    const line: unknown = JSON.parse(text);
    return isJsonObject(line) ? line : {};
  } catch {
    return {};
  }
}
