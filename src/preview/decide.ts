import { becauseOf } from './destroy.ts';
import type { RemovalReason } from './facts.ts';
import type { Preview } from './marks.ts';

/** What GitHub says of a pull request. `missing`: it says that there is none of this number. */
export type PullRequestState =
  | { readonly kind: 'open' | 'closed'; readonly labels: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown'; readonly why: string };

export type SweepRules = { readonly keepLabel: string; readonly nowMilliseconds: number };

export type Decision = {
  readonly preview: Preview;
  readonly isRemoved: boolean;
  readonly why: RemovalReason;
  readonly detail: string | undefined;
};

/** What is to be done with each preview, by what GitHub says of its pull request. */
export function decideSweep(
  previews: readonly Preview[],
  states: ReadonlyMap<number, PullRequestState>,
  rules: SweepRules,
): readonly Decision[] {
  return previews.map((preview) => {
    const state = preview.pullRequest === undefined ? undefined : states.get(preview.pullRequest);
    return decide(preview, state, rules);
  });
}

/**
 * Only what is known for sure removes a preview: its pull request is closed, or GitHub knows none of that number, or it is open and the
 * preview's time is over. A label of the pull request, or a mark of the namespace, keeps it whatever else is so.
 */
export function decide(preview: Preview, state: PullRequestState | undefined, rules: SweepRules): Decision {
  const decision = (isRemoved: boolean, why: RemovalReason, detail?: string): Decision => ({
    preview,
    isRemoved,
    why,
    detail,
  });
  const unreadable = whyUnreadable(preview);
  if (unreadable !== undefined) {
    return decision(false, 'unclear', unreadable);
  }
  if (state === undefined || state.kind === 'unknown') {
    return decision(false, 'unclear', state === undefined ? 'GitHub was not asked' : state.why);
  }
  const why = whyRemoved(preview, state, rules);
  if (why === undefined) {
    return decision(false, 'open', `until ${new Date(preview.expiresMilliseconds ?? 0).toISOString()}`);
  }
  const keeper = whoKeeps(preview, state, rules);
  return keeper === undefined
    ? decision(true, why)
    : decision(false, why, `${becauseOf(preview.pullRequest, why)}, and ${keeper}`);
}

/** A namespace whose marks were changed by somebody may be another one than they say. */
function whyUnreadable({ namespace, pullRequest, expiresMilliseconds }: Preview): string | undefined {
  if (pullRequest === undefined) {
    return 'its label k8s-deploy/pull-request is no number';
  }
  if (!namespace.endsWith(`-pr-${pullRequest}`)) {
    return `it is not called like a preview of pull request ${pullRequest}`;
  }
  return expiresMilliseconds === undefined ? 'when it expires cannot be read' : undefined;
}

type KnownState = Exclude<PullRequestState, { readonly kind: 'unknown' }>;

function whyRemoved(preview: Preview, state: KnownState, { nowMilliseconds }: SweepRules): RemovalReason | undefined {
  if (state.kind === 'open') {
    return nowMilliseconds > (preview.expiresMilliseconds ?? Infinity) ? 'expired' : undefined;
  }
  return state.kind === 'closed' ? 'closed' : 'orphaned';
}

/** GitHub's labels are the same in whatever case they are written. */
function whoKeeps(preview: Preview, state: KnownState, { keepLabel }: SweepRules): string | undefined {
  if (preview.isKept) {
    return 'the namespace is marked k8s-deploy/keep';
  }
  const labels = state.kind === 'missing' ? [] : state.labels;
  const isLabelled = labels.some((label) => label.toLowerCase() === keepLabel.toLowerCase());
  return isLabelled ? `it has the label ${keepLabel}` : undefined;
}
