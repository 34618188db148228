import { Scalar, visit, type Document } from 'yaml';
import type { Finding, Problem } from '../errors.ts';
import type { Variable } from '../plan/slices.ts';
import { fillIn, placeholdersIn, type Placeholder } from './placeholders.ts';
import { resolvePlain } from './plain-scalars.ts';
import type { Source } from './source.ts';

export type Values = ReadonlyMap<string, string | undefined>;

export type Substitution = { readonly used: ReadonlySet<string>; readonly findings: readonly Finding[] };

export function valuesOf(vars: readonly Variable[]): Values {
  return new Map(vars.map(({ name, value }) => [name, value]));
}

/**
 * Fills the variables into the scalars of the document, keys and values alike, so that no value can change its structure. Text without
 * quotes gets its type afterwards, as if it had been written that way (`replicas: ${REPLICAS}`); quoted and block text stays text.
 */
export function substituteVariables(document: Document, source: Source, values: Values): Substitution {
  const used = new Set<string>();
  const findings: Finding[] = [];
  visit(document, {
    Scalar: (position, scalar) => {
      const placeholders = typeof scalar.value === 'string' ? placeholdersIn(scalar.value, values) : [];
      if (typeof scalar.value !== 'string' || placeholders.length === 0) {
        return;
      }
      placeholders.filter(({ escaped }) => !escaped).forEach(({ name }) => used.add(name));
      const problems = placeholders.flatMap((placeholder, order) =>
        problemsWith(placeholder, values).map((problem) => ({
          ...problem,
          file: source.file,
          line: lineOfPlaceholder(order, placeholders.length, scalar, source, values),
        })),
      );
      findings.push(...problems.map((problem) => ({ code: 'variable-undefined', problem }) as const));
      const filled = fillIn(scalar.value, placeholders, (placeholder) => textFor(placeholder, values));
      rewrite(scalar, filled, position === 'key');
    },
  });
  return { used, findings };
}

function textFor(placeholder: Placeholder, values: Values): string {
  if (placeholder.escaped) {
    return placeholder.text.slice(1);
  }
  const value = values.get(placeholder.name) ?? '';
  return value === '' ? (placeholder.fallback ?? '') : value;
}

function problemsWith(placeholder: Placeholder, values: Values): readonly Problem[] {
  const { name, fallback, escaped, text } = placeholder;
  if (escaped) {
    return [];
  }
  if (fallback?.includes('${') === true) {
    return [
      { message: `the default of ${text} holds another variable`, hint: 'A default is plain text up to the next }.' },
    ];
  }
  if (fallback !== undefined || (values.get(name) ?? '') !== '') {
    return [];
  }
  const state = values.get(name) === undefined ? 'not set' : 'empty';
  return [
    {
      message: `the variable ${name} is ${state}`,
      hint: `Set it in env: of the step, write \${${name}:-default}, or write $\${${name}} for the text itself.`,
    },
  ];
}

/** The line in a block or in text of several lines; the line where the text starts when the raw text spells it otherwise. */
function lineOfPlaceholder(order: number, count: number, scalar: Scalar, source: Source, values: Values): number {
  const [start = 0, end = start] = scalar.range ?? [];
  const raw = source.text.slice(start, end);
  const isBlock = scalar.type === Scalar.BLOCK_LITERAL || scalar.type === Scalar.BLOCK_FOLDED;
  // The first line of a block is its header, where a comment may have placeholders of its own.
  const body = isBlock ? raw.indexOf('\n') + 1 : 0;
  const inText = placeholdersIn(raw.slice(body), values);
  const place = inText.length === count ? inText[order] : undefined;
  return source.lineAt(place === undefined ? start : start + body + place.index);
}

function rewrite(scalar: Scalar, text: string, isKey: boolean): void {
  const isPlain = scalar.type === Scalar.PLAIN && scalar.tag === undefined;
  scalar.value = isPlain && !isKey ? resolvePlain(text) : text;
  scalar.source = text;
  if (isKey && text === '<<') {
    scalar.type = Scalar.QUOTE_DOUBLE;
  } else if (isPlain) {
    // The new text may need quotes or a block.
    delete scalar.type;
  }
}
