import type { Dice } from './hostile-dice.ts';
import type { Model } from './hostile-values.ts';

const COMMENTS: readonly string[] = [
  '# a',
  '#',
  '# ${UNSET} ${A}',
  '# key: "not closed',
  '#\t{ [ é 🚀 *x &y !z |',
  '# --- ... %',
];
const KEYWORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const PLAIN_TEXT = /^[A-Za-z](?:[A-Za-z0-9_./-]| (?=[A-Za-z])|\$\{A\})*$/;
const LITERAL_TEXT = /^(?!\s*$)(?:(?![\r\uFFFD\uFEFF])[^\p{Cc}]|[\t\n\u0085])+$/u;
const FOLDED_TEXT = /^[!-~é]+(?: [!-~é]+)*(?:\n[!-~é]+(?: [!-~é]+)*)*\n*$/;
const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\u0007', '\\a'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\u001b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0085', '\\N'],
  ['\u00a0', '\\_'],
  ['\u2028', '\\L'],
]);

/** Writes one document in every style that YAML has, as the dice fall. What is written must mean the model: nothing here reads YAML. */
export class Writer {
  readonly #dice: Dice;
  readonly #anchors = new Map<Model, string>();
  #aliases = 0;
  #names = 0;
  /** The last line belongs to a block that keeps its empty lines: another one would change it. */
  #isKept = false;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  get hasAliases(): boolean {
    return this.#aliases > 0;
  }

  /** The lines of a document whose root is a map. */
  document(root: Model): string {
    return this.#chance(0.1) ? `${this.#flow(root, 1)}\n` : `${this.#entries(root, 0)}${this.#between(0)}`;
  }

  #entries(model: Model, indent: number): string {
    const pad = ' '.repeat(indent);
    if (model.kind === 'map') {
      return model.entries.map(([key, value]) => this.#between(indent) + this.#pair(key, value, indent, pad)).join('');
    }
    const items = model.kind === 'list' ? model.items : [];
    return items.map((item) => `${this.#between(indent)}${pad}-${this.#item(item, indent)}`).join('');
  }

  #pair(key: string, value: Model, indent: number, pad: string): string {
    this.#isKept = false;
    const written = this.#key(key);
    const isExplicit = written.length > 200 || this.#chance(0.05);
    return isExplicit
      ? `${pad}? ${written}\n${pad}:${this.#after(value, indent, true)}`
      : `${pad}${written}:${this.#after(value, indent, true)}`;
  }

  #item(item: Model, indent: number): string {
    this.#isKept = false;
    const isCompact = item.kind === 'map' && item.entries.length > 0 && !this.#anchors.has(item) && this.#chance(0.5);
    if (!isCompact) {
      return this.#after(item, indent, false);
    }
    const [first, ...rest] = item.entries;
    if (first === undefined) {
      return ' {}\n';
    }
    const inner = indent + 2;
    const head = ` ${this.#pair(first[0], first[1], inner, '').replace(/\n:/, `\n${' '.repeat(inner)}:`)}`;
    return head + this.#entries({ kind: 'map', entries: rest }, inner);
  }

  /** What comes after "key:" or "-", with the end of the line. `indent` is that of the line. */
  #after(model: Model, indent: number, mayBeEmpty: boolean): string {
    const known = this.#anchors.get(model);
    if (known !== undefined && this.#chance(0.8)) {
      this.#aliases += 1;
      return ` *${known}${this.#tail()}`;
    }
    const anchor = this.#chance(0.1) ? `a${(this.#names += 1)}` : undefined;
    const written = this.#valueAfter(model, indent, anchor === undefined ? '' : ` &${anchor}`, mayBeEmpty);
    if (anchor !== undefined) {
      this.#anchors.set(model, anchor);
    }
    return written;
  }

  #valueAfter(model: Model, indent: number, anchor: string, mayBeEmpty: boolean): string {
    const step = 1 + this.#dice.below(4);
    if (model.kind === 'text') {
      return `${anchor}${this.#text(model.written, indent, step)}`;
    }
    if (model.kind === 'plain') {
      const isNothing = model.json === 'null' && model.spelling === '~' && mayBeEmpty;
      return isNothing ? `${anchor}${this.#tail()}` : `${anchor} ${model.spelling}${this.#tail()}`;
    }
    const isEmpty = model.kind === 'map' ? model.entries.length === 0 : model.items.length === 0;
    if (isEmpty || this.#chance(0.2)) {
      return `${anchor} ${this.#flow(model, indent + step)}${this.#tail()}`;
    }
    // A list may stand right below its key.
    const inner = model.kind === 'list' && mayBeEmpty && this.#chance(0.3) ? indent : indent + step;
    return `${anchor}${this.#tail()}${this.#entries(model, inner)}`;
  }

  #text(text: string, indent: number, step: number): string {
    const pad = ' '.repeat(indent + step);
    const roll = this.#dice.next();
    if (roll < 0.3 && isPlain(text)) {
      return ` ${this.#chance(0.3) ? text.replaceAll(/ (?=[a-z])/g, `\n${pad}`) : text}${this.#tail()}`;
    }
    if (roll < 0.5 && isLiteral(text)) {
      return this.#block('|', text, text.split('\n'), indent, step);
    }
    if (roll < 0.65 && FOLDED_TEXT.test(text)) {
      const body = text.replace(/\n+$/, '');
      const lines = body.replaceAll('\n', '\n\n').replaceAll(/ /g, () => (this.#chance(0.5) ? '\n' : ' '));
      return this.#block('>', text, `${lines}${text.slice(body.length)}`.split('\n'), indent, step);
    }
    return ` ${this.#quoted(text, pad)}${this.#tail()}`;
  }

  #block(style: string, text: string, lines: readonly string[], indent: number, step: number): string {
    const ends = text.length - text.replace(/\n+$/, '').length;
    const chomping = ends === 0 ? '-' : ends === 1 ? '' : '+';
    const isIndicated = /^\s/.test(text) || this.#chance(0.2);
    const marks = [isIndicated ? String(step) : '', chomping];
    const header = `${style}${(this.#chance(0.5) ? marks : marks.toReversed()).join('')}`;
    const body = ends === 0 ? lines : lines.slice(0, -1);
    const pad = ' '.repeat(indent + step);
    this.#isKept = ends > 1;
    return ` ${header}${this.#tail()}${body.map((line) => (line === '' ? '\n' : `${pad}${line}\n`)).join('')}`;
  }

  #key(key: string): string {
    return isPlain(key) && this.#chance(0.7) ? key : this.#quoted(key, undefined);
  }

  /** Without `pad` it stays in one line. */
  #quoted(text: string, pad: string | undefined): string {
    if (/^[ -~é🚀]*$/u.test(text) && this.#chance(0.4)) {
      return `'${text.replaceAll("'", "''")}'`;
    }
    const characters = Array.from(text, (character) => this.#escaped(character)).join('');
    const isFoldable = pad !== undefined && this.#chance(0.3);
    return `"${isFoldable ? characters.replaceAll(/(?<=[a-z]) (?=[a-z])/g, () => this.#fold(pad)) : characters}"`;
  }

  #fold(pad: string): string {
    return this.#chance(0.5) ? `\n${pad}` : ` \\\n${pad}`;
  }

  #escaped(character: string): string {
    const named = NAMED_ESCAPES.get(character);
    if (named !== undefined) {
      return named;
    }
    const code = character.codePointAt(0) ?? 0;
    const mustBe = code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xfffd || code === 0xfeff;
    if (!mustBe && !this.#chance(0.03)) {
      return character;
    }
    const hex = code.toString(16);
    return code > 0xffff
      ? `\\U${hex.padStart(8, '0')}`
      : code > 0xff
        ? `\\u${hex.padStart(4, '0')}`
        : `\\x${hex.padStart(2, '0')}`;
  }

  #flow(model: Model, indent: number): string {
    const gap = (): string =>
      this.#chance(0.1) ? `${this.#tail()}${' '.repeat(indent)}` : this.#chance(0.3) ? ' ' : '';
    switch (model.kind) {
      case 'map':
        return `{${gap()}${model.entries.map(([key, value]) => `${this.#quoted(key, undefined)}:${gap()} ${this.#flow(value, indent)}${gap()}`).join(`,${gap()}`)}${gap()}}`;
      case 'list':
        return `[${gap()}${model.items.map((item) => `${this.#flow(item, indent)}${gap()}`).join(`,${gap()}`)}${gap()}]`;
      case 'text':
        return this.#quoted(model.written, ' '.repeat(indent));
      case 'plain':
        // Only in a block may these stand without quotes.
        return /[{},[\]?]/.test(model.spelling) ? model.json : model.spelling;
    }
  }

  /** The end of a line, with a comment or without. */
  #tail(): string {
    return this.#chance(0.1) ? ` ${this.#dice.pick(COMMENTS)}\n` : this.#chance(0.05) ? '  \n' : '\n';
  }

  /** Lines that mean nothing. */
  #between(indent: number): string {
    if (!this.#chance(0.1)) {
      return '';
    }
    return this.#chance(0.5) && !this.#isKept ? '\n' : `${' '.repeat(indent)}${this.#dice.pick(COMMENTS)}\n`;
  }

  #chance(probability: number): boolean {
    return this.#dice.chance(probability);
  }
}

function isPlain(text: string): boolean {
  return PLAIN_TEXT.test(text) && !KEYWORDS.test(text) && !text.endsWith(' ');
}

function isLiteral(text: string): boolean {
  return LITERAL_TEXT.test(text) && text.split('\n').every((line) => line === '' || line.trim() !== '');
}
