import { objectsAt, textAt, type JsonObject } from '../values/json.ts';
import { textsAt } from './address.ts';

/** What the namespace controller says of a deletion that does not come to its end (api/core/v1, NamespaceConditionType). */
const TELLING = [
  'NamespaceFinalizersRemaining',
  'NamespaceContentRemaining',
  'NamespaceDeletionContentFailure',
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionGroupVersionParsingFailure',
];

/** Why a namespace is still there although it is deleted: what remains in it, and which finalizers hold that. */
export function whatRemains(namespace: JsonObject): string {
  const conditions = objectsAt(namespace, 'status', 'conditions');
  const told = TELLING.flatMap((type) =>
    conditions
      .filter((one) => textAt(one, 'type') === type && textAt(one, 'status') === 'True')
      .map((one) => textAt(one, 'message') ?? textAt(one, 'reason') ?? type),
  );
  const own = textsAt(namespace, 'metadata', 'finalizers');
  const all = [...told, ...(own.length === 0 ? [] : [`The namespace has finalizers of its own: ${own.join(', ')}`])];
  return all.length === 0 ? 'it is being deleted, and nothing says what holds it' : all.join('; ');
}
