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

export const asIs = (text: string): string => text;

/** The single source of the inputs: the type `Inputs`, the checks, action.yml and the table in the README follow from it. */
