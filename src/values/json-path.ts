import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from './json.ts';

/** The part of kubectl's JSONPath that leads to a field: `{.status.conditions[?(@.type=="Ready")].status}`. */
export type JsonPath = readonly Step[];

type Step =
  | { readonly kind: 'key'; readonly key: string }
  /** Negative counts from the end. */
  | { readonly kind: 'index'; readonly index: number }
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
const STEP = new RegExp(`(?<filter>${FILTER})|(?<index>${INDEX})|(?<key>${KEY})`, 'y');

/** Throws an Error that says from where on it is not understood. */
export function parseJsonPath(text: string): JsonPath {
  const [, inner] = /^\{\$?(.*)\}$/s.exec(text.trim()) ?? [];
  if (inner === undefined || inner === '') {
    throw new Error(`"${text}" is not a path in braces like {.status.phase}`);
  }
  return parseSteps(inner);
}

/** What is there, in order: one value, several after a filter, none where the path ends early. */
export function valuesAt(object: JsonObject, path: JsonPath): readonly unknown[] {
  return path.reduce<readonly unknown[]>((values, step) => values.flatMap((value) => follow(value, step)), [object]);
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
  const { key, index, path = '', operator, literal = '' } = groups;
  if (key !== undefined) {
    return { kind: 'key', key: key.startsWith('[') ? key.slice(2, -2) : key.slice(1).replaceAll(/\\(.)/g, '$1') };
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

function follow(value: unknown, step: Step): readonly unknown[] {
  switch (step.kind) {
    case 'key':
      return isJsonObject(value) && Object.hasOwn(value, step.key) ? [value[step.key]] : [];
    case 'index': {
      const found: unknown = Array.isArray(value) ? value.at(step.index) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'filter':
      return Array.isArray(value) ? value.filter(isJsonObject).filter((item) => passes(item, step)) : [];
  }
}

function passes(item: JsonObject, filter: Extract<Step, { readonly kind: 'filter' }>): boolean {
  const values = valuesAt(item, filter.path);
  return values.length > 0 && values.every((value) => isDeepStrictEqual(value, filter.value) === filter.isEqual);
}
