import { parsePythonVersion } from '../values/python-version.ts';
import { parseSemanticVersion } from '../values/semantic-version.ts';
import { tagExpression, VERSION_NAMES, type TagRule } from '../values/tag-rule.ts';
import { branchOf, tagIn, type TagFacts } from './tag-facts.ts';
import { commitText, filled, rendered } from './tag-values.ts';

/** What a rule makes of the event, without prefix and suffix; undefined when it is not about such an event. Throws an Error for a value that does not fit. */
export function coreOf(rule: TagRule, facts: TagFacts): string | undefined {
  const { attributes } = rule;
  switch (rule.type) {
    case 'sha':
      return commitText(facts, attributes['format'] === 'long');
    case 'ref':
      return refOf(attributes['event'] ?? '', facts.ref);
    case 'raw':
      return filled(attributes['value'] ?? '', facts);
    case 'edge':
      return isEdge(attributes['branch'] ?? '', facts) ? 'edge' : undefined;
    case 'schedule':
      return facts.event === 'schedule' ? schedule(attributes['pattern'] ?? '', facts) : undefined;
    case 'match':
      return matched(rule, facts);
    case 'semver':
    case 'pep440':
      return versioned(rule, facts);
  }
}

function refOf(event: string, ref: string): string | undefined {
  switch (event) {
    case 'branch':
      return branchOf(ref);
    case 'tag':
      return tagIn(ref);
    default:
      return /^refs\/pull\/(.+?)(?:\/merge)?$/.exec(ref)?.[1];
  }
}

function isEdge(branch: string, { ref, defaultBranch }: TagFacts): boolean {
  const wished = branch === '' ? defaultBranch : branch;
  return wished !== undefined && branchOf(ref) === wished;
}

function schedule(pattern: string, facts: TagFacts): string {
  return rendered(pattern === '' ? 'nightly' : pattern, ['date'], () => '', facts);
}

/** The tag of the event, or what the rule has instead; undefined when there is neither. */
function valueOf({ attributes }: TagRule, facts: TagFacts): string | undefined {
  const { value = '' } = attributes;
  return value === '' ? tagIn(facts.ref) : filled(value, facts);
}

function matched(rule: TagRule, facts: TagFacts): string | undefined {
  const { pattern = '', group = '0' } = rule.attributes;
  return valueOf(rule, facts)?.match(tagExpression(pattern))?.[Number(group)];
}

/** What a version has for the expressions of a pattern. Of a version that is not meant for everybody, only the whole is taken. */
type Parts = { readonly values: Readonly<Record<string, string>>; readonly isWholeOnly: boolean };

function versioned(rule: TagRule, facts: TagFacts): string | undefined {
  const given = valueOf(rule, facts);
  if (given === undefined || given === '') {
    return undefined;
  }
  const { pattern = '', match = '', value } = rule.attributes;
  const found = match === '' ? null : given.match(tagExpression(match));
  const text = (found?.[1] ?? found?.[0] ?? given).replaceAll('/', '-');
  const parts = rule.type === 'semver' ? semanticParts(text) : pythonParts(text);
  if (parts === undefined) {
    if (value !== undefined && !value.includes('{{')) {
      throw new Error(`has the value "${text}", which is no version`);
    }
    return undefined;
  }
  const isRaw = /^\{\{\s*raw\s*\}\}$/.test(pattern);
  const wished = parts.isWholeOnly && !isRaw ? '{{version}}' : pattern;
  return rendered(wished, VERSION_NAMES, (name) => parts.values[name] ?? '', facts);
}

function semanticParts(raw: string): Parts | undefined {
  const found = parseSemanticVersion(raw);
  if (found === undefined) {
    return undefined;
  }
  const { major, minor, patch, version } = found;
  return { values: { raw, version, major, minor, patch }, isWholeOnly: found.isPrerelease };
}

function pythonParts(raw: string): Parts | undefined {
  const found = parsePythonVersion(raw);
  if (found === undefined) {
    return undefined;
  }
  const { major, minor, patch, version } = found;
  return { values: { raw, version, major, minor, patch }, isWholeOnly: found.isSpecial };
}
