import { isJsonObject, objectsAt, textAt, valueAt, type JsonObject } from '../values/json.ts';

/** `spec.selector` of a workload as the text of a `labelSelector`. */
export function selectorText(object: JsonObject): string {
  const labels = valueAt(object, 'spec', 'selector', 'matchLabels');
  const equals = isJsonObject(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`) : [];
  return [...equals, ...objectsAt(object, 'spec', 'selector', 'matchExpressions').map(expressionText)].join(',');
}

const FORMS: Readonly<Record<string, (key: string, values: string) => string>> = {
  In: (key, values) => `${key} in (${values})`,
  NotIn: (key, values) => `${key} notin (${values})`,
  Exists: (key) => key,
  DoesNotExist: (key) => `!${key}`,
};

function expressionText(expression: JsonObject): string {
  const key = textAt(expression, 'key') ?? '';
  const values = Array.isArray(expression['values']) ? expression['values'].join(',') : '';
  return FORMS[textAt(expression, 'operator') ?? '']?.(key, values) ?? key;
}
