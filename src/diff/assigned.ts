import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import { itemNames } from './list-items.ts';
import { ownValue } from './own-value.ts';
import type { DiffSubject, Sides } from './subject.ts';

/** Stands for a value that the server will pick: each dry run would show another one. */
export const ASSIGNED = '(assigned by the server)';

/** A path of keys; `*` is each item of a list. */
type AssignedField = readonly string[];

/** Services get addresses and ports of the cluster; a Job's pods are found by its uid (seen in dry runs of Kubernetes 1.34). */
const ASSIGNED_FIELDS: Readonly<Record<string, readonly AssignedField[]>> = {
  'v1 Service': [
    ['spec', 'clusterIP'],
    ['spec', 'clusterIPs'],
    ['spec', 'healthCheckNodePort'],
    ['spec', 'ports', '*', 'nodePort'],
  ],
  'batch/v1 Job': ['controller-uid', 'batch.kubernetes.io/controller-uid'].flatMap((label) => [
    ['metadata', 'labels', label],
    ['spec', 'selector', 'matchLabels', label],
    ['spec', 'template', 'metadata', 'labels', label],
  ]),
};

/** The volume with the token that each Pod is given has a random name. */
const TOKEN_VOLUME = /^kube-api-access-[a-z0-9]{5}$/;

/**
 * The sides with `ASSIGNED` in place of what the server picks by itself: values of certain fields that nobody sends and that are not
 * there yet. A replaced object gets new ones, so there its old ones count as little.
 */
export function withoutChance(subject: DiffSubject, sides: Sides): Sides {
  const { apiVersion, kind, verb, sent } = subject;
  const fields = ASSIGNED_FIELDS[`${apiVersion} ${kind}`] ?? [];
  const settle = (side: JsonObject | undefined, other: JsonObject | undefined): JsonObject | undefined =>
    side === undefined
      ? undefined
      : withTokenVolume(
          kind,
          fields.reduce<JsonObject>((object, field) => asObject(settleAt(field, object, other, sent), object), side),
        );
  return verb === 'replace'
    ? { before: settle(sides.before, undefined), after: settle(sides.after, undefined) }
    : { before: settle(sides.before, sides.before), after: settle(sides.after, sides.before) };
}

function settleAt(field: AssignedField, value: unknown, other: unknown, sent: unknown): unknown {
  const [key, ...rest] = field;
  if (value === undefined) {
    return undefined;
  }
  if (key === undefined) {
    return sent !== undefined || isDeepStrictEqual(value, other) ? value : ASSIGNED;
  }
  if (key === '*') {
    return Array.isArray(value) ? settleItems(rest, value, listOf(other), listOf(sent)) : value;
  }
  const inner = settleAt(rest, ownValue(value, key), ownValue(other, key), ownValue(sent, key));
  return inner === undefined || !isJsonObject(value) ? value : { ...value, [key]: inner };
}

function settleItems(
  field: AssignedField,
  items: readonly unknown[],
  others: readonly unknown[],
  sent: readonly unknown[],
): readonly unknown[] {
  const [names = [], otherNames = [], sentNames = []] = itemNames(items, others, sent) ?? [];
  return items.map((item, index) => {
    const name = names[index];
    return name === undefined
      ? settleAt(field, item, others[index], sent[index])
      : settleAt(field, item, others[otherNames.indexOf(name)], sent[sentNames.indexOf(name)]);
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asObject(value: unknown, otherwise: JsonObject): JsonObject {
  return isJsonObject(value) ? value : otherwise;
}

function withTokenVolume(kind: string, object: JsonObject): JsonObject {
  return kind === 'Pod' ? asObject(withPlainNames(object), object) : object;
}

function withPlainNames(value: unknown): unknown {
  if (typeof value === 'string') {
    return TOKEN_VOLUME.test(value) ? 'kube-api-access' : value;
  }
  if (Array.isArray(value)) {
    return value.map(withPlainNames);
  }
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPlainNames(inner)]))
    : value;
}
