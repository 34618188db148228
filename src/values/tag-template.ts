import { isTimeZone, unknownTokens } from './date-format.ts';

/** A piece of an attribute of a tag rule: text, or an expression such as `{{branch}}` or `{{date 'YYYYMMDD' tz='Asia/Tokyo'}}`. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'date';
      /** When the tag is made, or when the commit was. */
      readonly of: 'now' | 'commit';
      readonly format: string;
      readonly timeZone: string;
    };

const EXPRESSION = /\{\{([^{}]*)\}\}/g;
const DATE = /^(date|commit_date)\s+(?:'([^']*)'|"([^"]*)")(?:\s+tz=(?:'([^']*)'|"([^"]*)"))?$/;

/** Takes a template apart. Only the given names may stand in it, and dates where `date` is among them; throws an Error for any other. */
export function parseTemplate(text: string, names: readonly string[]): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of text.matchAll(EXPRESSION)) {
    parts.push({ kind: 'text', text: text.slice(end, match.index) }, parseExpression((match[1] ?? '').trim(), names));
    end = match.index + match[0].length;
  }
  parts.push({ kind: 'text', text: text.slice(end) });
  const rest = parts.find((part) => part.kind === 'text' && /\{\{|\}\}/.test(part.text));
  if (rest !== undefined) {
    throw new Error(`"${text}" has an expression that is not like {{name}}`);
  }
  return parts.filter((part) => part.kind !== 'text' || part.text !== '');
}

function parseExpression(expression: string, names: readonly string[]): TemplatePart {
  const [, date, single, double, singleZone, doubleZone] = DATE.exec(expression) ?? [];
  if (date === undefined || !names.includes('date')) {
    if (!names.includes(expression) || expression === 'date') {
      const known = names.map((name) => (name === 'date' ? "{{date 'YYYYMMDD'}}" : `{{${name}}}`));
      throw new Error(`{{${expression}}} is none of ${known.join(', ')}`);
    }
    return { kind: 'name', name: expression };
  }
  const format = single ?? double ?? '';
  const timeZone = singleZone ?? doubleZone ?? 'UTC';
  const [unknown] = unknownTokens(format);
  if (unknown !== undefined) {
    throw new Error(
      `"${format}" has the letters ${unknown}, which mean no date here: write [${unknown}] for mere text`,
    );
  }
  if (!isTimeZone(timeZone)) {
    throw new Error(`"${timeZone}" is not a time zone like UTC or Asia/Tokyo`);
  }
  return { kind: 'date', of: date === 'date' ? 'now' : 'commit', format, timeZone };
}
