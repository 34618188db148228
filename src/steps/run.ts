import type { Plan } from '../plan/plan.ts';
import type { Ports } from '../ports.ts';
import type { Journal } from '../report/journal.ts';

/** The steps of a deploy: each gives its phase its slice of the plan, and the journal what the phase found out. */
export type Run = { readonly plan: Plan; readonly ports: Ports; readonly journal: Journal };
