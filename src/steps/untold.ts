import type { Ports } from '../ports.ts';
import type { Journal } from '../report/journal.ts';
import type { Untold } from '../report/untold.ts';

/** Keeps what GitHub could not be told for the summary, and says so in the log. It fails nothing. */
export function tellUntold(untold: Untold, journal: Journal, { notify }: Pick<Ports, 'notify'>): void {
  notify({ kind: 'warning', text: `${untold.title}: ${untold.why}` });
  journal.add({ untold: [...journal.facts().untold, untold] });
}
