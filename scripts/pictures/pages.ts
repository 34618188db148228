import type { Place } from './frame.ts';
import type { Expectation } from './faults.ts';

/** A page that a run has made, and what has to be on it. */
export type Page = {
  /** "summary-success": of the picture. */
  readonly name: string;
  readonly place: Place;
  readonly markdown: string;
  readonly expected: Expectation;
  /** Whether its picture belongs to the documents. The others are only looked at. */
  readonly isKept: boolean;
};
