import type { Checkout } from '../values/checkout.ts';
import { numberAt, textAt } from '../values/json.ts';
import type { RunnerFacts } from './runner-facts.ts';

/** What tags are made of. */
export type TagFacts = {
  readonly event: string;
  /** "refs/heads/main", "refs/tags/v1.2.3", "refs/pull/7/merge". */
  readonly ref: string;
  readonly sha: string;
  /** Whether the tree differs from the commit. */
  readonly isDirty: boolean;
  readonly defaultBranch: string | undefined;
  /** The branch that the pull request goes to; empty when there is none. */
  readonly baseRef: string;
  readonly nowMilliseconds: number;
  /** Undefined when the commit cannot be asked. */
  readonly committedAtMilliseconds: number | undefined;
};

/** The facts without a look at the checkout. */
export function tagFacts(sha: string, facts: RunnerFacts): TagFacts {
  return {
    event: facts.event.name,
    ref: refOf(facts),
    sha,
    isDirty: false,
    defaultBranch: defaultBranchOf(facts),
    baseRef: baseOf(facts),
    nowMilliseconds: facts.nowMilliseconds,
    committedAtMilliseconds: timeOf(textAt(facts.event.payload, 'head_commit', 'timestamp')),
  };
}

/** The same facts by what the checkout says. */
export function withTree(facts: TagFacts, checkout: Checkout): TagFacts {
  return checkout.kind === 'unknown'
    ? facts
    : { ...facts, isDirty: checkout.kind === 'dirty', committedAtMilliseconds: timeOf(checkout.commitTime) };
}

/** The default branch, as far as the event tells. A schedule runs on no other. */
export function defaultBranchOf({ event, ref }: Pick<RunnerFacts, 'event' | 'ref'>): string | undefined {
  const told = textAt(event.payload, 'repository', 'default_branch');
  return told ?? (event.name === 'schedule' ? branchOf(ref) : undefined);
}

/** "refs/heads/a/b" → "a/b". */
export function branchOf(ref: string): string | undefined {
  return /^refs\/heads\/(.+)$/.exec(ref)?.[1];
}

/** "refs/tags/v1.2.3" → "v1.2.3". */
export function tagIn(ref: string): string | undefined {
  return /^refs\/tags\/(.+)$/.exec(ref)?.[1];
}

/** The number of the pull request that the event is about; undefined for other events. */
export function pullRequestOf({ event, ref }: Pick<RunnerFacts, 'event' | 'ref'>): string | undefined {
  const ofTarget = event.name === 'pull_request_target' ? numberAt(event.payload, 'pull_request', 'number') : undefined;
  return ofTarget?.toString() ?? /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
}

/** An event of the target branch is about the pull request all the same. */
function refOf(facts: RunnerFacts): string {
  const number = pullRequestOf(facts);
  return number === undefined ? facts.ref : `refs/pull/${number}/merge`;
}

function baseOf({ event, baseRef }: RunnerFacts): string {
  const ofPullRequest = textAt(event.payload, 'pull_request', 'base', 'ref') ?? baseRef;
  return ofPullRequest === '' ? (branchOf(textAt(event.payload, 'base_ref') ?? '') ?? '') : ofPullRequest;
}

function timeOf(text: string | undefined): number | undefined {
  const milliseconds = Date.parse(text ?? '');
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
