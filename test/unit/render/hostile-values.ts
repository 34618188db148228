import type { Dice } from './hostile-dice.ts';

/** What a hostile file means, known before it is written: the independent reading that the rendered object is compared with. */
export type Model =
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: Model])[] }
  | { readonly kind: 'list'; readonly items: readonly Model[] }
  /** `written` is what stands in the file, `value` what it is when the variables are filled in. */
  | { readonly kind: 'text'; readonly written: string; readonly value: string }
  /** One of the spellings without quotes, and the JSON that kubectl makes of it. */
  | { readonly kind: 'plain'; readonly spelling: string; readonly json: string };

/** The listed variables of every hostile file. */
export const VARIABLES: ReadonlyMap<string, string | undefined> = new Map([
  ['A', 'one'],
  ['N', '3'],
  ['YES', 'yes'],
  ['WILD', `it's "x": # {\t&a *b !c`],
  ['LINES', 'two\nlines\n'],
  ['EMPTY', ''],
  ['UNSET', undefined],
]);

const PLACEHOLDERS: readonly (readonly [written: string, value: string])[] = [
  ['${A}', 'one'],
  ['$${A}', '${A}'],
  ['$${UNSET}', '${UNSET}'],
  ['${A:-x y}', 'one'],
  ['${EMPTY:-d}', 'd'],
  ['${UNSET:-}', ''],
  ['${UNSET:-$A}', '$A'],
  ['${WILD}', VARIABLES.get('WILD') ?? ''],
  ['${LINES}', VARIABLES.get('LINES') ?? ''],
];

/** Without quotes these have a type once they are filled in. */
const TYPED: readonly (readonly [spelling: string, json: string])[] = [
  ['${N}', '3'],
  ['${N}00', '300'],
  ['${YES}', 'true'],
  ['${UNSET:-0x1F}', '31'],
  ['${EMPTY:-}', 'null'],
];

const PLAIN: readonly (readonly [spelling: string, json: string])[] = [
  ['~', 'null'],
  ['null', 'null'],
  ['yes', 'true'],
  ['off', 'false'],
  ['True', 'true'],
  ['n', 'false'],
  ['0', '0'],
  ['-0', '0'],
  ['0x1F', '31'],
  ['0o17', '15'],
  ['017', '15'],
  ['08', '8'],
  ['0b101', '5'],
  ['1_000', '1000'],
  ['+5', '5'],
  ['1e3', '1000'],
  ['.5', '0.5'],
  ['1.50', '1.5'],
  ['-1.5e-3', '-0.0015'],
  ['9007199254740991', '9007199254740991'],
  ['1.2.3', '"1.2.3"'],
  ['1:30', '"1:30"'],
  ['2001-01-01', '"2001-01-01"'],
  ['100m', '"100m"'],
  ['0o8', '"0o8"'],
  ['-a', '"-a"'],
  ['a:b', '"a:b"'],
  ['a#b', '"a#b"'],
  ['http://x/y?z=1', '"http://x/y?z=1"'],
  [`it's`, `"it's"`],
  ['a"b', String.raw`"a\"b"`],
  ['<<', '"<<"'],
  ['=', '"="'],
  [String.raw`a\nb`, String.raw`"a\\nb"`],
  ['$$', '"$$"'],
  ['é🚀', '"é🚀"'],
];

const PIECES: readonly string[] = [
  'a',
  'word',
  'two words',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n\n',
  ': ',
  ':',
  ' #',
  '#',
  '- ',
  '? ',
  '"',
  "'",
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a',
  '*a',
  '!t',
  '|',
  '>',
  '%',
  '@',
  '`',
  '---',
  '...',
  '<<',
  'yes',
  'null',
  '0x1F',
  '12',
  '~',
  '=',
  '\u0000',
  '\u0007',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\uFEFF',
  '\uFFFD',
  '\r',
  '\r\n',
  'é',
  '漢字',
  '🚀',
  '${B}',
  '$${B}',
  '$A',
  '$(A)',
  '${A-x}',
  '{{ .V }}',
  '__proto__',
];

const WORDS: readonly string[] = [
  'a',
  'server',
  'image',
  'long word',
  'port 80',
  'x-y',
  'some more words here',
  'n0',
  'Z',
];

export function jsonOf(model: Model): string {
  switch (model.kind) {
    case 'map':
      return `{${model.entries.map(([key, value]) => `${JSON.stringify(key)}:${jsonOf(value)}`).join()}}`;
    case 'list':
      return `[${model.items.map(jsonOf).join()}]`;
    case 'text':
      return JSON.stringify(model.value);
    case 'plain':
      return model.json;
  }
}

export function isFilledIn(model: Model): boolean {
  switch (model.kind) {
    case 'map':
      return model.entries.some(([, value]) => isFilledIn(value));
    case 'list':
      return model.items.some(isFilledIn);
    case 'text':
      return model.written !== model.value;
    case 'plain':
      return TYPED.some(([spelling]) => spelling === model.spelling);
  }
}

export type Taste = { readonly variables: boolean; readonly aliases: boolean };

/** Any value. The same one may be in it several times: then it is the same object, and may be written as an alias. */
export function anyModel(dice: Dice, taste: Taste, depth: number, seen: Model[] = []): Model {
  if (taste.aliases && seen.length > 0 && dice.chance(0.25)) {
    return dice.pick(seen);
  }
  const model = freshModel(dice, taste, depth, seen);
  seen.push(model);
  return model;
}

function freshModel(dice: Dice, taste: Taste, depth: number, seen: Model[]): Model {
  const roll = dice.next();
  if (depth > 0 && roll < 0.3) {
    return mapOf(
      dice.several(0, 3, () => anyKey(dice)),
      () => anyModel(dice, taste, depth - 1, seen),
    );
  }
  if (depth > 0 && roll < 0.5) {
    return { kind: 'list', items: dice.several(0, 3, () => anyModel(dice, taste, depth - 1, seen)) };
  }
  if (roll < 0.7) {
    return plainOf(dice.pick(taste.variables && dice.chance(0.3) ? TYPED : PLAIN));
  }
  return taste.variables && dice.chance(0.4) ? templateOf(dice) : textOf(anyText(dice));
}

export function mapOf(keys: readonly string[], valueOf: (key: string) => Model): Model {
  return { kind: 'map', entries: [...new Set(keys)].map((key) => [key, valueOf(key)] as const) };
}

export function textOf(value: string): Model {
  return { kind: 'text', written: value, value };
}

function plainOf([spelling, json]: readonly [string, string]): Model {
  return { kind: 'plain', spelling, json };
}

function templateOf(dice: Dice): Model {
  const parts = dice.several(1, 3, () => (dice.chance(0.5) ? dice.pick(PLACEHOLDERS) : same(dice.pick(WORDS))));
  return {
    kind: 'text',
    // What stands before a placeholder must not end in a $ of its own.
    written: `w ${parts.map(([written]) => written).join(' ')}`,
    value: `w ${parts.map(([, value]) => value).join(' ')}`,
  };
}

function same(text: string): readonly [string, string] {
  return [text, text];
}

export function anyText(dice: Dice): string {
  return dice.chance(0.4) ? dice.pick(WORDS) : dice.several(0, 6, () => dice.pick(PIECES)).join('');
}

function anyKey(dice: Dice): string {
  return dice.chance(0.7)
    ? `${dice.pick(WORDS)}${dice.below(30)}`
    : dice.several(0, 3, () => dice.pick(PIECES)).join('');
}
