import type { ScalarTag, Tags } from 'yaml';
import { stringifyString } from 'yaml/util';
import { PLAIN_RULES, resolvePlain, type PlainType } from './plain-scalars.ts';

const TAG_PREFIX = 'tag:yaml.org,2002:';

/** For go-yaml these end a line or are forbidden, and unreadable-text.ts refuses most; the library writes them as ordinary characters. */
const MISREAD = /(?![\t\n])\p{Cc}|[\u2028\u2029\uFEFF\uFFFD-\uFFFF]/gu;

/** go-yaml refuses a block that starts with a tab, and loses the spaces of one that has nothing else. */
const MISREAD_AS_INDENTATION = /^\s*\t|^\s+$/;

const IDENTIFY: Readonly<Record<PlainType, (value: unknown) => boolean>> = {
  null: (value) => value === null || value === undefined,
  bool: (value) => typeof value === 'boolean',
  int: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
};

const PLAIN_TAGS: readonly ScalarTag[] = PLAIN_RULES.map((rule) => ({
  tag: TAG_PREFIX + rule.type,
  default: true,
  test: rule.test,
  identify: IDENTIFY[rule.type],
  resolve: rule.valueOf,
  stringify: ({ source, value }, { inFlow }) => {
    // go-yaml reads the "e:" of { e:, f: } as a key of two characters.
    const isHidden = source === '' && inFlow === true;
    // As it was written, for as long as that is what it says: 0755 stays 0755, and large numbers keep all their digits.
    const isStillTrue = source !== undefined && Object.is(resolvePlain(source), value);
    return isStillTrue && !isHidden ? source : JSON.stringify(value);
  },
}));

const STRING_TAG: ScalarTag = {
  tag: `${TAG_PREFIX}str`,
  default: true,
  identify: (value) => typeof value === 'string',
  resolve: (text) => text,
  stringify: (item, context, onComment, onChompKeep) => {
    const text = String(item.value);
    // The library would put the comment of an empty block into the block.
    const isEmptyBlock = text === '' && item.type?.startsWith('BLOCK') === true;
    if (isEmptyBlock || text.search(MISREAD) !== -1 || MISREAD_AS_INDENTATION.test(text)) {
      return JSON.stringify(text).replace(MISREAD, escaped);
    }
    // `actualString` asks for quotes around text that would otherwise be read as a number or a boolean.
    return stringifyString(item, Object.assign({ actualString: true }, context), onComment, onChompKeep);
  },
};

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** How text becomes documents. Merge keys and duplicate keys are not the parser's business: see aliases.ts and json-shape.ts. */
export const PARSE_OPTIONS = {
  version: '1.2',
  schema: 'failsafe',
  customTags: (tags: Tags): Tags => [STRING_TAG, ...PLAIN_TAGS, ...tags],
  resolveKnownTags: false,
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
} as const;

/** How documents become text: lines are never folded, and what joins documents is left to the caller. */
export const STRINGIFY_OPTIONS = {
  lineWidth: 0,
  minContentWidth: 0,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  directives: false,
} as const;
