import type { Finding } from '../errors.ts';
import { invalidAt, type Source } from './source.ts';

type Unreadable = {
  readonly where: RegExp;
  readonly says: (character: string) => string;
  readonly hint: string;
};

/**
 * What makes readers of YAML disagree about a file before any of it is understood. The library takes all of it for ordinary text, so that a
 * key behind a lone carriage return could vanish in a comment.
 */
const UNREADABLE: readonly Unreadable[] = [
  {
    // What the file's bytes were is no longer known here: reading them as UTF-8 put this character where they were none.
    where: /\uFFFD/,
    says: () => 'there are bytes here that are no UTF-8 text',
    hint: String.raw`Save the file as UTF-8. The character U+FFFD itself is written "\uFFFD", in double quotes.`,
  },
  {
    // YAML 1.2, 5.1: c-printable.
    where: /(?![\t\n\r\u0085])\p{Cc}|[\uFFFE\uFFFF]/u,
    says: (character) => `the character ${codeOf(character)} is not allowed in YAML`,
    hint: String.raw`Remove it, or write it as an escape like "\u0000", in double quotes.`,
  },
  {
    where: /\r(?!\n)/,
    says: () => 'there is a carriage return without a line feed',
    hint: String.raw`For some readers it ends a line and for others it does not: save the file with LF or CRLF, or write "\r" in double quotes.`,
  },
  {
    where: /(?<=\n)\uFEFF|(?<=^\uFEFF)\uFEFF/,
    says: () => 'there is a byte order mark at the start of the line',
    hint: 'Only the start of a file may have one; it stays behind when files are joined. Remove it.',
  },
];

/** The first place of a file that cannot be read for what it is; what follows it says nothing. */
export function findUnreadable(source: Source): readonly Finding[] {
  const found = UNREADABLE.flatMap(({ where, says, hint }) => {
    const match = where.exec(source.text);
    return match === null ? [] : [{ offset: match.index, message: says(match[0]), hint }];
  });
  const [first] = found.toSorted((one, other) => one.offset - other.offset);
  return first === undefined ? [] : [invalidAt(source, first.offset, first.message, first.hint)];
}

function codeOf(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
