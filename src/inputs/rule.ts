import type { Problem } from '../errors.ts';
import type { Given } from './given.ts';

/** What must not be, and how it is told. */
export type Rule = { readonly isBroken: (given: Given) => boolean; readonly problem: Problem };
