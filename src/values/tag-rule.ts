import { commaFields } from './comma-fields.ts';
import { nearest } from './nearest.ts';
import { parseTemplate } from './tag-template.ts';

/** One line of the input `tags`, in the grammar of docker/metadata-action: `type=ref,event=branch`, or a tag as it is. */
export type TagRule = {
  readonly type: 'sha' | 'ref' | 'semver' | 'pep440' | 'match' | 'schedule' | 'edge' | 'raw';
  /** What stands behind the type, as written: {"event": "branch", "prefix": "pr-"}. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The line as it was given. */
  readonly text: string;
};

type TagType = TagRule['type'];

/** What a type takes beside `enable`, `priority`, `prefix` and `suffix`, and what it cannot do without. */
type Grammar = { readonly takes: readonly string[]; readonly needs?: string };

const GRAMMAR: Readonly<Record<TagType, Grammar>> = {
  schedule: { takes: ['pattern'] },
  semver: { takes: ['pattern', 'value', 'match'], needs: 'pattern' },
  pep440: { takes: ['pattern', 'value', 'match'], needs: 'pattern' },
  match: { takes: ['pattern', 'group', 'value'], needs: 'pattern' },
  edge: { takes: ['branch'] },
  ref: { takes: ['event'], needs: 'event' },
  raw: { takes: ['value'], needs: 'value' },
  sha: { takes: ['format'] },
};

const COMMON = ['enable', 'priority', 'prefix', 'suffix'];

/** What may be looked up in `prefix`, `suffix`, `value` and `enable`. */
export const GLOBAL_NAMES = ['branch', 'tag', 'sha', 'base_ref', 'is_default_branch', 'is_not_default_branch', 'date'];

/** What may be looked up in the pattern of a version. */
export const VERSION_NAMES = ['version', 'raw', 'major', 'minor', 'patch'];

/** Parses one line. Throws an Error for what the grammar does not have, with the nearest word that it has. */
export function parseTagRule(line: string): TagRule {
  const fields = commaFields(line.trim());
  if (fields === undefined) {
    throw new Error(`"${line}" has a quote that is not closed`);
  }
  const pairs = fields.filter((field) => field !== '').map(pairOf);
  const typeText = pairs.find(([key]) => key === 'type')?.[1] ?? 'raw';
  const types = Object.keys(GRAMMAR);
  if (!isTagType(typeText)) {
    throw new Error(`"${line}" has the type "${typeText}": ${suggestion(typeText, types)}`);
  }
  const attributes = Object.fromEntries(pairs.filter(([key]) => key !== 'type'));
  assertKnown(line, typeText, attributes);
  assertValues(line, typeText, attributes);
  return { type: typeText, attributes, text: line };
}

/** `key=value`; a word alone is the value. Keys are lower case. */
function pairOf(field: string): readonly [string, string] {
  const equals = field.indexOf('=');
  return equals <= 0 ? ['value', field] : [field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1).trim()];
}

function isTagType(text: string): text is TagType {
  return Object.hasOwn(GRAMMAR, text);
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `there is only ${known.join(', ')}` : `did you mean ${near}?`;
}

type Attributes = Readonly<Record<string, string>>;

function assertKnown(line: string, type: TagType, attributes: Attributes): void {
  const { takes, needs } = GRAMMAR[type];
  const known = [...takes, ...COMMON];
  const unknown = Object.keys(attributes).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new Error(`"${line}" has the attribute "${unknown}": ${suggestion(unknown, known)}`);
  }
  if (needs !== undefined && (attributes[needs] ?? '') === '') {
    throw new Error(`"${line}" has no ${needs}=`);
  }
}

function assertValues(line: string, type: TagType, attributes: Attributes): void {
  const oneOf = (key: string, words: readonly string[]): void => {
    const value = attributes[key];
    if (value !== undefined && !words.includes(value)) {
      throw new Error(`"${line}" has ${key}=${value}, which is none of ${words.join(', ')}`);
    }
  };
  const matching = (key: string, form: RegExp): void => {
    const value = attributes[key];
    if (value !== undefined && !form.test(value)) {
      throw new Error(`"${line}" has ${key}=${value}, which is not a number`);
    }
  };
  oneOf('event', ['branch', 'tag', 'pr']);
  oneOf('format', ['short', 'long']);
  matching('priority', /^-?\d{1,6}$/);
  matching('group', /^\d{1,2}$/);
  if (attributes['enable']?.includes('{{') !== true) {
    oneOf('enable', ['true', 'false']);
  }
  for (const key of ['prefix', 'suffix', 'value', 'enable']) {
    assertTemplate(line, attributes[key], GLOBAL_NAMES);
  }
  if (type === 'semver' || type === 'pep440') {
    assertTemplate(line, attributes['pattern'], VERSION_NAMES);
    assertExpression(line, attributes['match']);
  } else if (type === 'schedule') {
    assertTemplate(line, attributes['pattern'], ['date']);
  } else {
    assertExpression(line, attributes['pattern']);
  }
}

function assertTemplate(line: string, text: string | undefined, names: readonly string[]): void {
  try {
    parseTemplate(text ?? '', names);
  } catch (error) {
    throw new Error(`in "${line}", ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function assertExpression(line: string, text: string | undefined): void {
  try {
    tagExpression(text ?? '');
  } catch (error) {
    throw new Error(`"${line}" has a regular expression that is none`, { cause: error });
  }
}

/** A regular expression as the rules have it, alone or as `/expression/flags`. Throws an Error for what is none. */
export function tagExpression(text: string): RegExp {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/.exec(text) ?? [];
  return source === undefined ? new RegExp(text) : new RegExp(source, flags);
}
