/** What colours a terminal or moves its cursor (ECMA-48): control sequences, strings of the system up to their end, and escapes of two letters. */
const TERMINAL = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -\/]*[@-~]`,
    String.raw`\u001b[\]PX^_][^\u0007\u001b\r\n]*(?:\u0007|\u001b\\)`,
    String.raw`\u001b[ -\/]*[0-Z\\-~]`,
  ].join('|'),
  'g',
);

/** Control and format characters, and line ends of Unicode. Joiners stay where a script or an emoji needs them. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029](?<!\P{ASCII}[\u200c\u200d])/gu;

/**
 * Text as it is, with nothing hidden in it: what terminals would obey is gone, what turns the direction of writing, has no width or
 * controls something else is written out (`\u202e`), half characters are replaced. Tabs and line feeds stay.
 */
export function visible(text: string): string {
  return withoutEscapes(text.toWellFormed().replaceAll(/\r\n?/g, '\n')).replaceAll(
    UNSEEN,
    (letter) => String.raw`\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** Text without what a terminal would obey. */
export function withoutEscapes(text: string): string {
  return text.replaceAll(TERMINAL, '');
}

/** The beginning of a text that is too long for its place. */
export function clip(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters).replace(/[\ud800-\udbff]$/, '')}…`;
}
