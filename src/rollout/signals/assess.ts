import { numberAt, textAt } from '../../values/json.ts';
import type { Assess } from '../assess.ts';
import { progressOf } from '../rule.ts';
import { waiting, type Progress } from '../rules/progress.ts';
import type { Verdict } from '../verdict.ts';
import type { RolloutView } from '../view.ts';
import { stillToSee } from './first-moments.ts';
import { findingsOf } from './findings.ts';
import { isDue } from './grace.ts';
import { observePods } from './observe-pods.ts';
import { orderedView } from './ordered-view.ts';
import { questionsOf } from './questions.ts';
import { remember } from './remember.ts';
import { rankOf } from './rows.ts';
import { sentenceOf } from './sentence.ts';
import type { Sighting } from './sighting.ts';
import type { Situation } from './situation.ts';
import { supersededBy } from './superseded.ts';
import { ruleFindings, withoutDeadline, workloadFindings } from './workload-findings.ts';

/**
 * The judgement, in this order: the object is still the one that was pinned; nobody took its place; its rule says that it is done, which
 * beats every signal, once its pods have run for a moment; its rule says that it failed; a signal of the table has lasted longer than it may.
 */
export const assess: Assess = (seen, knowledge, memory, activeSeconds, patience) => {
  const view = orderedView(seen);
  const over = endOf(view);
  if (over !== undefined) {
    return { verdict: over, memory, questions: [] };
  }
  const superseded = patience.failFast ? supersededBy(view) : undefined;
  if (superseded !== undefined) {
    return { verdict: { kind: 'superseded', text: superseded }, memory, questions: [] };
  }
  const observed = observePods(memory, view, activeSeconds);
  const { progress, plain } = progressIn(view);
  const byRule = ruleFindings(view, progress);
  const sightings = patience.failFast
    ? [...byRule, ...workloadFindings(view, observed), ...findingsOf(view, knowledge, observed)]
    : byRule;
  const remembered = {
    ...remember(observed, sightings, view, knowledge, activeSeconds),
    doneSinceSeconds: plain.kind === 'done' ? (memory.doneSinceSeconds ?? activeSeconds) : undefined,
  };
  const situation: Situation = { view, knowledge, memory: remembered, patience, activeSeconds };
  const questions = patience.failFast && plain.kind !== 'done' ? questionsOf(sightings, view) : [];
  return { verdict: verdictOf(progress, plain, sightings, situation), memory: remembered, questions };
};

/** Another object of the same name is not what was applied. */
function endOf({ object, pinned }: RolloutView): Verdict | undefined {
  if (object === undefined) {
    return { kind: 'failed', reason: 'workload-deleted', text: 'was deleted', finding: undefined };
  }
  return textAt(object, 'metadata', 'uid') === pinned.uid
    ? undefined
    : {
        kind: 'failed',
        reason: 'workload-deleted',
        text: 'was deleted and made anew by somebody else',
        finding: undefined,
      };
}

/** By the rule of the kind, and `plain` without its deadline: that may be an old one. What is older than our change says nothing. */
function progressIn({ object = {}, pinned }: RolloutView): { readonly progress: Progress; readonly plain: Progress } {
  if ((numberAt(object, 'metadata', 'generation') ?? 0) < pinned.generation) {
    const unseen = waiting('the change is not yet told by the API server');
    return { progress: unseen, plain: unseen };
  }
  const progress = progressOf(pinned.subject, object);
  const isDeadline = progress.kind === 'failed' && progress.reason === 'progress-deadline-exceeded';
  return { progress, plain: isDeadline ? progressOf(pinned.subject, withoutDeadline(object)) : progress };
}

function verdictOf(progress: Progress, plain: Progress, sightings: readonly Sighting[], situation: Situation): Verdict {
  const due = sightings
    .filter((sighting) => {
      const seen = situation.memory.classes.get(sighting.classKey)?.get(sighting.row.id);
      return seen !== undefined && isDue(sighting, seen, situation);
    })
    .toSorted(bySeverity);
  const deadline = due.find(({ row }) => row.id === 'workload-deadline');
  if (deadline === undefined && plain.kind === 'done') {
    const still = stillToSee(situation);
    return still === undefined
      ? plain
      : {
          kind: 'progressing',
          text: `${plain.text}; ${still.text}`,
          suspect: undefined,
          lookAgainSeconds: still.leftSeconds,
        };
  }
  if (progress.kind === 'failed' && (deadline !== undefined || due.some(({ row }) => row.id === 'workload-stalled'))) {
    return { ...progress, finding: undefined };
  }
  if (plain.kind === 'failed' && situation.view.pinned.subject.rule !== 'custom') {
    return { ...plain, finding: undefined };
  }
  const [first] = due;
  if (first !== undefined) {
    return { kind: 'failed', reason: first.row.reason, text: sentenceOf(first), finding: first.finding };
  }
  const suspect = sightings.toSorted(bySeverity)[0]?.finding;
  return { kind: 'progressing', text: plain.text, suspect };
}

function bySeverity(one: Sighting, other: Sighting): number {
  return rankOf(one.row) - rankOf(other.row);
}
