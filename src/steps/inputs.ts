import { restrictionOf } from '../inputs/event.ts';
import { readInputs, type GivenInputs } from '../inputs/read.ts';
import type { Inputs } from '../inputs/spec.ts';
import { withoutSecrets } from '../inputs/without-secrets.ts';
import type { RunnerFacts } from '../plan/runner-facts.ts';
import type { Ports } from '../ports.ts';

/** All inputs; of a run that GitHub gives no secrets, what can be read without them. Throws `input-invalid`. */
export function readAllInputs(given: GivenInputs, facts: RunnerFacts, { notify }: Pick<Ports, 'notify'>): Inputs {
  if (restrictionOf(facts.event, facts) === undefined) {
    return readInputs(given);
  }
  const { given: readable, leftOut } = withoutSecrets(given, facts.variable);
  if (leftOut.length > 0) {
    notify({ kind: 'note', text: `Left out, since it has no value in this run: ${leftOut.join(', ')}` });
  }
  return readInputs(readable, 'restricted');
}
