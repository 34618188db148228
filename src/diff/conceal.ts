import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import { itemNames } from './list-items.ts';
import type { DiffSubject, Sides } from './subject.ts';

/** What is not secret of a Secret. A key that is misspelt ("stringdata") may hold a value as well, so everything else is hidden. */
const OPEN_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'type', 'immutable'];

/** Of a Secret within another object. There `kind: Secret` may as well be a reference, whose name is no secret. */
const SECRET_FIELDS: readonly string[] = ['data', 'stringData', 'binaryData'];

/** Annotations in which tools keep a copy of the whole object, with the Secrets that are in it. */
const COPIES: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kapp.k14s.io/original',
  'objectset.rio.cattle.io/applied',
  'banzaicloud.com/last-applied',
];

type Replace = (place: string, value: unknown) => unknown;

/**
 * The sides with a mark in place of each value of a Secret, wherever in the object the Secret is. The marks tell what happens to a
 * value and nothing about it, not even its length.
 */
export function conceal({ kind }: Pick<DiffSubject, 'kind'>, { before, after }: Sides): Sides {
  const old = secretsOf(before, kind);
  const next = secretsOf(after, kind);
  const markOld: Replace = (place, value) => markOf(value, next, place, ['(removed)', '(old value)']);
  const markNew: Replace = (place, value) => markOf(value, old, place, ['(added)', '(changed)']);
  return {
    before: before === undefined ? undefined : concealRoot(before, kind, markOld),
    after: after === undefined ? undefined : concealRoot(after, kind, markNew),
  };
}

function markOf(
  value: unknown,
  others: ReadonlyMap<string, unknown>,
  place: string,
  [alone, different]: readonly [string, string],
): string {
  if (!others.has(place)) {
    return alone;
  }
  return isDeepStrictEqual(value, others.get(place)) ? '(not shown)' : different;
}

function secretsOf(object: JsonObject | undefined, kind: string): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  if (object !== undefined) {
    concealRoot(object, kind, (place, value) => {
      found.set(place, value);
      return value;
    });
  }
  return found;
}

/** Whoever gave the object knows its kind: in a list the server does not write it. */
function concealRoot(object: JsonObject, kind: string, replace: Replace): JsonObject {
  const isSecret = kind === 'Secret' || object['kind'] === 'Secret';
  return concealObject(object, (key) => isSecret && !OPEN_FIELDS.includes(key), '', replace);
}

function concealObject(
  object: JsonObject,
  isSecretField: (key: string) => boolean,
  place: string,
  replace: Replace,
): JsonObject {
  return mapFields(object, place, (key, value, at) => {
    if (key === 'metadata' && isJsonObject(value)) {
      return concealCopies(value, at, replace);
    }
    return isSecretField(key) ? concealValues(value, at, replace) : concealWithin(value, at, replace);
  });
}

function concealCopies(metadata: JsonObject, place: string, replace: Replace): JsonObject {
  return mapFields(metadata, place, (key, value, at) =>
    key === 'annotations' && isJsonObject(value)
      ? mapFields(value, at, (name, text, inner) => (COPIES.includes(name) ? replace(inner, text) : text))
      : value,
  );
}

/** The keys of a Secret are known to whoever reads its manifest; its values are not. */
function concealValues(field: unknown, place: string, replace: Replace): unknown {
  return isJsonObject(field) ? mapFields(field, place, (_key, value, at) => replace(at, value)) : replace(place, field);
}

function concealWithin(value: unknown, place: string, replace: Replace): unknown {
  if (Array.isArray(value)) {
    const [names] = itemNames(value) ?? [];
    return value.map((item: unknown, index) => concealWithin(item, `${place}[${names?.[index] ?? index}]`, replace));
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const isSecret = value['kind'] === 'Secret';
  return isSecret
    ? concealObject(value, (key) => SECRET_FIELDS.includes(key), place, replace)
    : mapFields(value, place, (_key, inner, at) => concealWithin(inner, at, replace));
}

function mapFields(
  object: JsonObject,
  place: string,
  next: (key: string, value: unknown, place: string) => unknown,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, next(key, value, `${place}.${JSON.stringify(key)}`)]),
  );
}
