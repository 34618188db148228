import { isJsonObject, objectsAt, valueAt, type JsonObject } from '../../../src/values/json.ts';
import { resolved, schemaOf } from './description.ts';

/** Answers have dozens of fields that GitHub always sends and nobody here reads: those are there, and blank. */

const EPOCH = '2026-01-01T00:00:00Z';
const blanks = new Map<string, unknown>();

/** What a schema of the description calls an issue comment, a deployment and so on, with these fields, the others that it must have blank. */
export function form(name: string, fields: JsonObject): JsonObject {
  const known = new Set(Object.keys(propertiesOf(schemaOf(name))));
  const unknown = Object.keys(fields).filter((key) => !known.has(key));
  if (unknown.length > 0) {
    throw new Error(`GitHub's "${name}" has no ${unknown.join(', ')}`);
  }
  const value = blanks.get(name) ?? blank({ ...schemaOf(name), nullable: false });
  blanks.set(name, value);
  return { ...(isJsonObject(value) ? value : {}), ...fields };
}

function propertiesOf(schema: JsonObject): JsonObject {
  const parts = [...objectsAt(schema, 'allOf'), ...objectsAt(schema, 'anyOf')].map((part) =>
    propertiesOf(resolved(part)),
  );
  const own = schema['properties'];
  return Object.assign({}, ...parts, isJsonObject(own) ? own : {});
}

/** The least that a schema allows: null where it may be, no entries, empty texts, zeros. */
function blank(schema: JsonObject): unknown {
  if (schema['nullable'] === true) {
    return null;
  }
  const choices = schema['enum'];
  if (Array.isArray(choices)) {
    return choices[0];
  }
  const [first] = [...objectsAt(schema, 'oneOf'), ...objectsAt(schema, 'anyOf')];
  const parts = [...objectsAt(schema, 'allOf'), ...(first === undefined ? [] : [first])];
  if (parts.length > 0) {
    const values = parts.map((part) => blank(resolved(part)));
    return values.every(isJsonObject) ? Object.assign({}, ...values, blankObject(schema)) : values[0];
  }
  return blankOfType(schema);
}

function blankOfType(schema: JsonObject): unknown {
  switch (schema['type']) {
    case 'string':
      return schema['format'] === 'date-time' ? EPOCH : '';
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
    default:
      return blankObject(schema);
  }
}

function blankObject(schema: JsonObject): JsonObject {
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    required
      .filter((key) => typeof key === 'string')
      .map((key) => [key, blank(resolved(valueAt(schema, 'properties', key)))]),
  );
}
