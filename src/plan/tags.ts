import { messageOf, type Problem } from '../errors.ts';
import type { TagRule } from '../values/tag-rule.ts';
import { coreOf } from './tag-cores.ts';
import type { TagFacts } from './tag-facts.ts';
import { filled } from './tag-values.ts';

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** What docker/metadata-action gives each type: the higher, the earlier. */
const PRIORITIES: Readonly<Record<TagRule['type'], number>> = {
  schedule: 1000,
  semver: 900,
  pep440: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
};

export type Tags = {
  /** Each once, the most important first. */
  readonly tags: readonly string[];
  readonly problems: readonly Problem[];
};

/** The tags that the rules make of an event and its commit. Rules that are not about this event make none. */
export function tagsOf(rules: readonly TagRule[], facts: TagFacts): Tags {
  const made = rules
    .map((rule, index) => ({ rule, index, priority: Number(rule.attributes['priority'] ?? PRIORITIES[rule.type]) }))
    .toSorted((one, other) => other.priority - one.priority || one.index - other.index)
    .map(({ rule }) => tagOf(rule, facts));
  return {
    tags: [...new Set(made.flatMap(({ tag }) => tag ?? []))],
    problems: made.flatMap(({ problem }) => problem ?? []),
  };
}

type Made = { readonly tag?: string; readonly problem?: Problem };

function tagOf(rule: TagRule, facts: TagFacts): Made {
  const { prefix = defaultPrefix(rule), suffix = '', enable = 'true' } = rule.attributes;
  const isEnabled = filled(enable, facts);
  if (isEnabled === 'false') {
    return {};
  }
  if (isEnabled !== 'true') {
    return refused(rule, `enable is "${isEnabled}", neither true nor false`);
  }
  try {
    const core = coreOf(rule, facts);
    if (core === undefined || core === '') {
      return {};
    }
    const tag = sanitized(`${filled(prefix, facts)}${core}${filled(suffix, facts)}`);
    return TAG.test(tag) ? { tag } : refused(rule, `makes "${tag}", which is not a tag`);
  } catch (error) {
    return refused(rule, messageOf(error));
  }
}

function refused({ text }: TagRule, what: string): Made {
  const hint = 'A tag has up to 128 of a-z, A-Z, 0-9, _ . and -, and begins with neither . nor -.';
  return { problem: { message: `tags: "${text}" ${what}`, hint } };
}

function defaultPrefix({ type, attributes }: TagRule): string {
  if (type === 'sha') {
    return 'sha-';
  }
  return type === 'ref' && attributes['event'] === 'pr' ? 'pr-' : '';
}

function sanitized(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9._-]+/g, '-');
}
