import type { WorkloadOutcome } from './outcome.ts';
import { secondsOf, type Session } from './session.ts';
import type { Tracker } from './tracker.ts';

/** What is told of a rollout that is settled. */
export function outcomeOf({ pinned, stage, state, timeline }: Tracker, session: Session): WorkloadOutcome {
  const { kind, namespace, name } = pinned.subject;
  const common = { workload: { kind, namespace, name }, state: state.text, timeline };
  if (stage.kind !== 'settled' || stage.ending.kind === 'unfinished') {
    return {
      ...common,
      result: 'unfinished',
      reason: undefined,
      diagnosis: undefined,
      notes: [],
      seconds: secondsOf(session),
    };
  }
  const { ending } = stage;
  const seconds = (stage.atMilliseconds - session.startedMilliseconds) / 1000;
  return ending.kind === 'succeeded'
    ? { ...common, result: 'succeeded', reason: undefined, diagnosis: undefined, notes: ending.notes, seconds }
    : { ...common, result: ending.kind, reason: ending.reason, diagnosis: ending.diagnosis, notes: [], seconds };
}
