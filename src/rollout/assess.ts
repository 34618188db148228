import type { Knowledge, Question } from './knowledge.ts';
import type { Memory } from './signals/memory.ts';
import type { Verdict } from './verdict.ts';
import type { RolloutView } from './view.ts';

/** What the user decides about patience. */
export type Patience = {
  /** False: kubectl's verdict and nothing else. */
  readonly failFast: boolean;
  /** Restarts of a container of which none has been ready yet (default 2). */
  readonly maxRestarts: number;
  /** Undefined: as the table says (15 s or the second attempt for what looks permanent). */
  readonly imageGraceSeconds: number | undefined;
  /** Undefined: as the table says (45 s without a sign of an autoscaler). */
  readonly scheduleGraceSeconds: number | undefined;
};

export type Assessment = {
  readonly verdict: Verdict;
  readonly memory: Memory;
  readonly questions: readonly Question[];
};

/**
 * One look at a rollout: pure. `activeSeconds` is a clock that never jumps and stands still while the API server is away. A failure is to
 * be believed only when an assessment of freshly read objects, with the questions answered, comes to it again.
 */
export type Assess = (
  view: RolloutView,
  knowledge: Knowledge,
  memory: Memory,
  activeSeconds: number,
  patience: Patience,
) => Assessment;
