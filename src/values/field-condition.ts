import { parseJsonPath, valuesAt, type JsonPath } from './json-path.ts';
import type { JsonObject } from './json.ts';

/** A field and the value that it shall have, as `kubectl wait --for=jsonpath=…` takes them; without a value it only has to be there. */
export type FieldCondition = {
  readonly pathText: string;
  readonly path: JsonPath;
  readonly value: string | undefined;
};

// A single "=" divides, a double one belongs to a filter.
const FORM = /^\s*(\{[^}]*\})\s*(?:=(?!=)(.*))?$/s;

/** `{.status.phase}=Healthy`, or `{.status.loadBalancer.ingress[0].ip}`; throws an Error that says what is wrong. */
export function parseFieldCondition(text: string): FieldCondition {
  const [, pathText, valueText] = FORM.exec(text) ?? [];
  if (pathText === undefined) {
    throw new Error(`"${text}" is not like {.status.phase}=Healthy`);
  }
  const value = valueText?.trim().replace(/^(["'])(.*)\1$/s, '$2');
  if (value === '') {
    throw new Error(`"${text}" has no value after the equal sign`);
  }
  return { pathText, path: parseJsonPath(pathText), value };
}

export function formatFieldCondition({ pathText, value }: FieldCondition): string {
  return value === undefined ? pathText : `${pathText}=${value}`;
}

/** True when the field is there, once or more often, and has the value everywhere. A map or a list has no value to compare. */
export function isMet({ path, value }: FieldCondition, object: JsonObject): boolean {
  const values = valuesAt(object, path).filter((found) => found !== null);
  return values.length > 0 && values.every((found) => value === undefined || textOf(found) === value);
}

function textOf(value: unknown): string | undefined {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? String(value).trim() : undefined;
}
