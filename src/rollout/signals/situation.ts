import type { Patience } from '../assess.ts';
import type { Knowledge } from '../knowledge.ts';
import type { RolloutView } from '../view.ts';
import type { Memory } from './memory.ts';
import type { Grace } from './row.ts';

/** All that the grace of a signal depends on beside its row. */
export type Situation = {
  readonly view: RolloutView;
  readonly knowledge: Knowledge;
  readonly memory: Memory;
  readonly patience: Patience;
  readonly activeSeconds: number;
};

/** The grace, but not shorter than that many seconds. */
export function atLeast(grace: Grace, seconds: number | undefined): Grace {
  return grace === 'never' ? grace : { ...grace, seconds: Math.max(grace.seconds, seconds ?? 0) };
}

/** Of a signal that is never due it is 0. */
export function secondsOf(grace: Grace): number {
  return grace === 'never' ? 0 : grace.seconds;
}
