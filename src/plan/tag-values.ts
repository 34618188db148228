import { formatDate } from '../values/date-format.ts';
import { GLOBAL_NAMES } from '../values/tag-rule.ts';
import { parseTemplate } from '../values/tag-template.ts';
import { branchOf, tagIn, type TagFacts } from './tag-facts.ts';

const SHORT_SHA_DIGITS = 7;

/** These events are always about the default branch (docs.github.com, Events that trigger workflows). */
const EVENTS_OF_DEFAULT_BRANCH = /create|discussion|issues|schedule/;

/** A template of `prefix`, `suffix`, `value` or `enable` with everything put in. */
export function filled(template: string, facts: TagFacts): string {
  return rendered(template, GLOBAL_NAMES, (name) => valueOf(name, facts), facts);
}

/** A template of such names. The date of a commit that cannot be asked is the present one. */
export function rendered(
  template: string,
  names: readonly string[],
  valueOf: (name: string) => string,
  { nowMilliseconds, committedAtMilliseconds = nowMilliseconds }: TagFacts,
): string {
  const pieces = parseTemplate(template, names).map((part) => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'name':
        return valueOf(part.name);
      case 'date':
        return formatDate(part.of === 'now' ? nowMilliseconds : committedAtMilliseconds, part.format, part.timeZone);
    }
  });
  return pieces.join('');
}

/** The commit in seven digits or in all, and whether the tree is another. */
export function commitText({ sha, isDirty }: TagFacts, isLong: boolean): string {
  return `${isLong ? sha : sha.slice(0, SHORT_SHA_DIGITS)}${isDirty ? '-dirty' : ''}`;
}

function valueOf(name: string, facts: TagFacts): string {
  const { ref } = facts;
  switch (name) {
    case 'branch':
      return branchOf(ref) ?? '';
    case 'tag':
      return tagIn(ref) ?? '';
    case 'sha':
      return commitText(facts, false);
    case 'base_ref':
      return branchOf(ref) === undefined ? facts.baseRef : '';
    case 'is_default_branch':
      return String(isOnDefaultBranch(facts));
    case 'is_not_default_branch':
      return String(!isOnDefaultBranch(facts));
    default:
      throw new Error(`{{${name}}} is not known`);
  }
}

function isOnDefaultBranch({ event, ref, defaultBranch }: TagFacts): boolean {
  const branch = branchOf(ref);
  return (branch !== undefined && branch === defaultBranch) || EVENTS_OF_DEFAULT_BRANCH.test(event);
}
