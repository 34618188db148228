import type { FailureCode } from '../../errors.ts';
import type { Explanation } from './blame.ts';
import { oneLine } from './plain-text.ts';

/** What is wrong is said by the rule of the kind itself: only the hint is ours. */
function saying(hint: string): { readonly cause: Explanation['cause']; readonly hint: () => string } {
  return { cause: (blame) => asClause(oneLine(blame.verdict).replace(/\.$/, '')), hint: () => hint };
}

/** A state completes "server: …"; after "did not roll out: " it needs somebody to be in it. */
function asClause(state: string): string {
  return state.replace(/^(?:is|was|has|made|failed|waits)\b/, 'it $&');
}

/** The workload as a whole. */
export const WORKLOAD_EXPLANATIONS = {
  'progress-deadline-exceeded': saying(
    'The Deployment has progressDeadlineSeconds for each step. The pods give no other cause: look whether they become ready in that time.',
  ),
  'rollout-paused': saying('Resume it with kubectl rollout resume, or take paused: true out of the manifest.'),
  'rollout-on-delete': saying(
    'Set updateStrategy.type: RollingUpdate, or delete the pods yourself: each comes back with the new revision.',
  ),
  'workload-deleted': saying(
    'Somebody else deleted it, or another deploy replaced it. Find out who, then deploy again.',
  ),
  'controller-inactive': saying(
    'That is for whoever runs the cluster: kube-controller-manager, or the controller of this kind, does not work.',
  ),
  'update-blocked': saying(
    'A StatefulSet replaces no pod while an old one is not ready. Delete that pod: it comes back with the new revision.',
  ),
  'job-failed': saying(
    'The last lines of its log are in the log of this step and in the summary. A Job is not started again by itself.',
  ),
  'resource-stalled': saying('The controller of this kind gave up. Mend what its condition names.'),
  'image-differs': saying(
    'A webhook of the cluster, a mirror, or somebody else put another image into the pods. Where that is wanted, set verify-digest: false.',
  ),
  unstable: saying('It came up and did not stay. Its log and events are in the log of this step and in the summary.'),
  'rollout-superseded': saying(
    'Somebody else deployed in the meantime. Nothing of it was undone; let only one job deploy to a target at a time (concurrency).',
  ),
  'rollout-timed-out': saying('Look at the workload; the input timeout says how long to wait.'),
  'rollout-unknown': saying('Look at the cluster before you deploy again: the rollout may have gone well.'),
  'rollout-failed': saying('kubectl gave up on it, and the pods do not say why: look at the workload.'),
} as const satisfies Partial<Record<FailureCode, Explanation>>;
