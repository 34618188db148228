import { readResults } from '../collect/read-results.ts';
import { readEnvironments } from '../inputs/environments.ts';
import type { Inputs } from '../inputs/spec.ts';
import type { RunnerFacts } from '../plan/runner-facts.ts';
import type { Ports } from '../ports.ts';
import type { Journal } from '../report/journal.ts';
import type { Outcome } from '../report/outcome.ts';
import { concludeCollected } from '../report/roll-up.ts';

/** Makes one outcome of the reports of many deploys. Throws `results-missing` when there is none. */
export async function collect(
  { results = '.', environments }: Inputs,
  { workspace }: Pick<RunnerFacts, 'workspace'>,
  ports: Ports,
  journal: Journal,
): Promise<Outcome> {
  const expected = environments === undefined ? undefined : readEnvironments(environments).map(({ name }) => name);
  return journal.phase('Collect', async () => {
    const collected = await readResults({ workspace, results, environments: expected }, ports);
    const { deploys, ...outcome } = concludeCollected(collected);
    journal.add({ collected, deploys });
    return { ...outcome, stack: undefined, facts: journal.facts() };
  });
}
