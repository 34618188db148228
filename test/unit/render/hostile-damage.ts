import type { Dice } from './hostile-dice.ts';

type Poison = {
  /** Whole lines of a map. */
  readonly text: string;
  readonly message: RegExp;
  /** The line within the text, from 0. */
  readonly lineInText?: number;
};

/** What would be lost, changed or misread in silence. */
export const POISONS: readonly Poison[] = [
  { text: 'p: 12345678901234567890', message: /has more digits/ },
  { text: 'p: [1, -9007199254740993]', message: /has more digits/ },
  { text: 'p: 0.12345678901234567890123', message: /has more digits/ },
  { text: 'p: 0xFFFFFFFFFFFFFFFF', message: /has more digits/ },
  { text: '9007199254740993: p', message: /has more digits/ },
  { text: 'p: .inf', message: /infinite/ },
  { text: 'p: {a: .NaN}', message: /infinite/ },
  { text: 'p: !!binary aGk=', message: /the tag !!binary/ },
  { text: 'p: !!set {a, b}', message: /the tag !!set/ },
  { text: 'p: !!omap [a: 1]', message: /the tag !!omap/ },
  { text: 'p: !!timestamp 2001-01-01', message: /the tag !!timestamp/ },
  { text: 'p: !Sub "a"', message: /the tag !Sub/ },
  { text: 'p: !!int "x"', message: /the tag !!int/ },
  { text: 'p: !<tag:example.com,2000:a> {b: c}', message: /the tag !</ },
  { text: 'p: a\u0000b', message: /U\+0000/ },
  { text: 'p: |\n  a\n  b\u001b[0m', message: /U\+001B/, lineInText: 2 },
  { text: '# \u0007', message: /U\+0007/ },
  { text: 'p: "\u009f"', message: /U\+009F/ },
  { text: 'p: "\uFFFE"', message: /U\+FFFE/ },
  { text: 'p: \uFFFD', message: /no UTF-8/ },
  { text: '# \uFFFD', message: /no UTF-8/ },
  { text: '# a\rhidden: 1', message: /carriage return/ },
  { text: 'p: "a\rb"', message: /carriage return/ },
  { text: '\uFEFFp: 1', message: /byte order mark/ },
  { text: String.raw`p: "\ud800"`, message: /half a character/ },
  { text: String.raw`"\udfff": p`, message: /half a character/ },
  { text: 'kind: B', message: /already there in line/ },
  { text: 'p: {a: 1, "a": 2}', message: /already there in line/ },
  { text: 'p:\n  yes: 1\n  on: 2', message: /already there in line/, lineInText: 2 },
  { text: 'p: {1: a, 0x1: b}', message: /already there in line/ },
  { text: 'p: {a: &k b, b: 1, *k : 2}', message: /already there in line/ },
  { text: 'p: {~: 1}', message: /key is empty/ },
  { text: 'p: {[a]: 1}', message: /cannot be a key/ },
  { text: 'p: *nobody', message: /no anchor/ },
  { text: 'p: &self {a: *self}', message: /no anchor/ },
  { text: 'p: {<<: a}', message: /merge key/ },
  { text: 'p: ${UNSET}', message: /UNSET is not set/ },
  { text: 'p: >\n  a\n\n  "${EMPTY}"', message: /EMPTY is empty/, lineInText: 3 },
  { text: '"${UNSET}": p', message: /UNSET is not set/ },
  { text: `p: ${'['.repeat(600)}${']'.repeat(600)}`, message: /nested more than/ },
  { text: `p: ${'{a: '.repeat(5000)}`, message: /nested more than/ },
  { text: `p:\n  ${'- '.repeat(600)}a`, message: /nested more than/, lineInText: 1 },
  {
    text: `p: &d ${'['.repeat(300)}${']'.repeat(300)}\nq: ${'['.repeat(300)}*d${']'.repeat(300)}`,
    message: /nested more than/,
    lineInText: 1,
  },
  { text: 'items: [1]', message: /cannot have a field items/ },
  { text: 'p:\n\tq: 1', message: /tabs/i, lineInText: 1 },
  { text: 'p: @a', message: /reserved/ },
  { text: 'p: {{ .Values.p }}', message: /cannot be a key/ },
];

const INSERTED: readonly string[] = [
  ' ',
  '  ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  ':',
  ': ',
  '- ',
  '? ',
  '#',
  ' #',
  '"',
  "'",
  '|',
  '>',
  '|+\n',
  '&a ',
  '*a',
  '*a ',
  '!t ',
  '!!str ',
  '!!int ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '%',
  '---\n',
  '\n---\n',
  '\n...\n',
  '--- ',
  '\uFEFF',
  '\uFFFD',
  '\u0000',
  '\u0085',
  '\u2028',
  '${A}',
  '${UNSET}',
  '<<: ',
  '~',
  '\\',
  '\\x',
  '\ud800',
  '12345678901234567890',
  '.inf',
  '0',
  'kind: List\n',
  'items:\n',
  '__proto__: ',
];

/** A few bytes are lost, doubled, moved or put in. */
export function damaged(text: string, dice: Dice): string {
  return dice.several(1, 3, () => undefined).reduce<string>((result) => blow(result, dice), text);
}

function blow(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  const length = dice.below(12);
  const lines = text.split('\n');
  const line = dice.below(lines.length);
  switch (dice.below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at);
    case 2:
      return lines.toSpliced(line, 1).join('\n');
    case 3:
      return lines.toSpliced(line, 0, lines[dice.below(lines.length)] ?? '').join('\n');
    case 4:
      return lines.with(line, `${' '.repeat(dice.below(4))}${(lines[line] ?? '').trimStart()}`).join('\n');
    default:
      return text.slice(0, at) + dice.pick(INSERTED) + text.slice(at);
  }
}

const WORDS: readonly string[] = [
  ...INSERTED,
  'a',
  'b: 1',
  'apiVersion: v1\n',
  'kind: A\n',
  'metadata: {name: a}\n',
  'name',
  '\n',
  '\n',
  '\n  ',
  '\n- ',
];

/** Words of YAML in any order, or bytes. */
export function soup(dice: Dice): string {
  if (dice.chance(0.2)) {
    return Buffer.from(dice.several(0, 200, () => dice.below(256))).toString(dice.pick(['utf8', 'latin1', 'utf16le']));
  }
  return dice.several(0, 40, () => dice.pick(WORDS)).join('');
}

/** Whether a text says nothing at all: white space, comments, markers, nulls, and Lists of nothing. */
export function isNothing(text: string): boolean {
  const isListOfNothing = text.includes('List') && text.includes('items');
  const isBlank = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .every(
      (line) =>
        /^(?:---|\.\.\.)?\s*(?:[&!]\S*\s*)*(?:~|null)?\s*(?:(?<=^|\s)#.*)?$/s.test(line) ||
        /^(?:%YAML 1\.[12]|apiVersion: v1)$/.test(line),
    );
  return isListOfNothing || isBlank;
}
