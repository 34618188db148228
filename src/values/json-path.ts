import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from './json.ts';

/** The part of kubectl's JSONPath that leads to fields: `{.status.conditions[?(@.type=="Ready")].status}`, `{.spec.containers[*].image}`. */
export type JsonPath = readonly Step[];

/** Something that a path leads to: ["spec", "containers", 0, "image"], and what is there. */
export type FoundField = { readonly path: readonly (string | number)[]; readonly value: unknown };

type Step =
  | { readonly kind: 'key'; readonly key: string }
  /** Negative counts from the end. */
  | { readonly kind: 'index'; readonly index: number }
  /** `[*]`: each item of a list, each value of a map. */
  | { readonly kind: 'all' }
  | {
      readonly kind: 'filter';
      readonly path: JsonPath;
      readonly value: string | number | boolean;
      readonly isEqual: boolean;
    };

// A dot in a key is written as "\.", as for kubectl.
const KEY = String.raw`\.(?:[\w-]|\\.)+|\['[^']+'\]|\["[^"]+"\]`;
const INDEX = String.raw`\[-?\d+\]`;
const LITERAL = String.raw`"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false`;
const FILTER = String.raw`\[\?\(\s*@(?<path>(?:${KEY}|${INDEX})+)\s*(?<operator>==|!=)\s*(?<literal>${LITERAL})\s*\)\]`;
const STEP = new RegExp(String.raw`(?<filter>${FILTER})|(?<all>\[\*\])|(?<index>${INDEX})|(?<key>${KEY})`, 'y');

/** A path to one field, as a condition needs it: without `[*]`. Throws an Error that says from where on it is not understood. */
export function parseJsonPath(text: string): JsonPath {
  const path = parseWidePath(text);
  if (path.some(({ kind }) => kind === 'all')) {
    throw new Error(`a path to one field is expected, and "[*]" in "${text}" leads to many`);
  }
  return path;
}

/** A path that may also lead to many fields, by `[*]`. Throws like `parseJsonPath`. */
export function parseWidePath(text: string): JsonPath {
  const [, inner] = /^\{\$?(.*)\}$/s.exec(text.trim()) ?? [];
  if (inner === undefined || inner === '') {
    throw new Error(`"${text}" is not a path in braces like {.status.phase}`);
  }
  return parseSteps(inner);
}

/** What is there, in order: one field, several after a filter or a `[*]`, none where the path ends early. */
export function fieldsAt(object: JsonObject, path: JsonPath): readonly FoundField[] {
  const root: FoundField = { path: [], value: object };
  return path.reduce<readonly FoundField[]>((fields, step) => fields.flatMap((field) => follow(field, step)), [root]);
}

/** The values of `fieldsAt`. */
export function valuesAt(object: JsonObject, path: JsonPath): readonly unknown[] {
  return fieldsAt(object, path).map(({ value }) => value);
}

function parseSteps(text: string): JsonPath {
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (match === null) {
      throw new Error(`a path like {.status.phase} is expected, and "${text.slice(at)}" in it is not understood`);
    }
    steps.push(stepOf(match.groups ?? {}));
    at += match[0].length;
  }
  return steps;
}

function stepOf(groups: Readonly<Record<string, string | undefined>>): Step {
  const { key, index, all, path = '', operator, literal = '' } = groups;
  if (key !== undefined) {
    return { kind: 'key', key: key.startsWith('[') ? key.slice(2, -2) : key.slice(1).replaceAll(/\\(.)/g, '$1') };
  }
  if (all !== undefined) {
    return { kind: 'all' };
  }
  return index === undefined
    ? { kind: 'filter', path: parseSteps(path), value: literalOf(literal), isEqual: operator === '==' }
    : { kind: 'index', index: Number(index.slice(1, -1)) };
}

function literalOf(text: string): string | number | boolean {
  if (/^["']/.test(text)) {
    return text.slice(1, -1);
  }
  return text === 'true' || text === 'false' ? text === 'true' : Number(text);
}

function follow(field: FoundField, step: Step): readonly FoundField[] {
  switch (step.kind) {
    case 'key':
      return isJsonObject(field.value) ? childrenOf(field).filter(({ path }) => path.at(-1) === step.key) : [];
    case 'index': {
      const item = Array.isArray(field.value) ? childrenOf(field).at(step.index) : undefined;
      return item === undefined ? [] : [item];
    }
    case 'all':
      return childrenOf(field);
    case 'filter':
      return Array.isArray(field.value) ? childrenOf(field).filter(({ value }) => passes(value, step)) : [];
  }
}

function childrenOf({ path, value }: FoundField): readonly FoundField[] {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => ({ path: [...path, index], value: item }));
  }
  return isJsonObject(value) ? Object.entries(value).map(([key, item]) => ({ path: [...path, key], value: item })) : [];
}

function passes(item: unknown, filter: Extract<Step, { readonly kind: 'filter' }>): boolean {
  const values = isJsonObject(item) ? valuesAt(item, filter.path) : [];
  return values.length > 0 && values.every((value) => isDeepStrictEqual(value, filter.value) === filter.isEqual);
}
