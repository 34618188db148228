import { eachLine } from './lines.ts';

/**
 * One input of the action. `text` of an absent input is `fallback`; an absent input without a fallback has the value `absent`.
 * `format` is what the README says about the shape.
 */
export type InputSpec<Value> = {
  readonly name: string;
  readonly description: string;
  readonly format: string;
  readonly fallback: string;
  /** Throws an Error whose message says what is wrong with the text. */
  readonly parse: (text: string) => Value;
  readonly absent: Value;
};

export function optional<Value>(
  name: string,
  format: string,
  parse: (text: string) => Value,
  description: string,
): InputSpec<Value | undefined> {
  return { name, format, parse, description, fallback: '', absent: undefined };
}

export function withFallback<Value>(
  name: string,
  format: string,
  fallback: string,
  parse: (text: string) => Value,
  description: string,
): InputSpec<Value> {
  return { name, format, parse, description, fallback, absent: parse(fallback) };
}

export function list<Item>(
  name: string,
  format: string,
  parse: (line: string) => Item,
  description: string,
): InputSpec<readonly Item[]> {
  return { name, format, parse: (text) => eachLine(text, parse), description, fallback: '', absent: [] };
}

/** A list whose items may stand in one line, too, with commas between them. Each item is there once. */
export function commaList<Item>(
  name: string,
  format: string,
  parse: (word: string) => Item,
  description: string,
): InputSpec<readonly Item[]> {
  const parseAll = (text: string): readonly Item[] => [...new Set(eachLine(text.replaceAll(',', '\n'), parse))];
  return { name, format, parse: parseAll, description, fallback: '', absent: [] };
}

/** A list that is read as a whole. */
export function wholeList<Item>(
  name: string,
  format: string,
  parse: (text: string) => readonly Item[],
  description: string,
): InputSpec<readonly Item[]> {
  return { name, format, parse, description, fallback: '', absent: [] };
}

export const asIs = (text: string): string => text;
