import type { Problem } from '../errors.ts';
import type { Inputs } from '../inputs/spec.ts';
import type { Checkout } from '../values/checkout.ts';
import type { TagRule } from '../values/tag-rule.ts';
import { labelFacts, labelsOf, type LabelFacts } from './labels.ts';
import type { RunnerFacts } from './runner-facts.ts';
import { tagFacts, withTree, type TagFacts } from './tag-facts.ts';
import { tagsOf } from './tags.ts';

/** What images of the run are called, and what that was made of: it is made anew once the checkout is known. */
export type Naming = {
  /** The tag that stands for what is built: the full SHA; with a fingerprint where the tree is another. */
  readonly tag: string;
  /** Further tags. */
  readonly tags: readonly string[];
  readonly labels: readonly string[];
  readonly problems: readonly Problem[];
  readonly sources: { readonly rules: readonly TagRule[]; readonly tags: TagFacts; readonly labels: LabelFacts };
};

/** The names as they are when the tree is that of the commit. */
export function namingOf(inputs: Pick<Inputs, 'tags' | 'labels'>, facts: RunnerFacts, sha: string): Naming {
  const sources = {
    rules: inputs.tags,
    tags: tagFacts(sha, facts),
    labels: labelFacts(inputs.labels, facts),
  };
  return named(sha, sources, undefined);
}

/** The names by what the checkout says. */
export function namingWith({ sources }: Naming, checkout: Checkout): Naming {
  const { sha } = sources.tags;
  const tag = checkout.kind === 'dirty' ? `${sha}-dirty-${checkout.fingerprint}` : sha;
  const commitTime = checkout.kind === 'unknown' ? undefined : checkout.commitTime;
  return named(tag, { ...sources, tags: withTree(sources.tags, checkout) }, commitTime);
}

function named(tag: string, sources: Naming['sources'], commitTime: string | undefined): Naming {
  const { tags: all, problems } = tagsOf(sources.rules, sources.tags);
  const tags = all.filter((one) => one !== tag);
  return { tag, tags, labels: labelsOf(sources.labels, tags[0] ?? tag, commitTime), problems, sources };
}
