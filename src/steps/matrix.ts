import { readEnvironments } from '../inputs/environments.ts';
import type { Inputs } from '../inputs/spec.ts';
import { matrixOf } from '../plan/matrix.ts';
import type { Journal } from '../report/journal.ts';
import { concludeMatrix, type Outcome } from '../report/outcome.ts';

/** Checks the environments and makes a matrix of them. Throws `input-invalid` with everything that is wrong with them. */
export function makeMatrix(inputs: Inputs, journal: Journal): Outcome {
  const environments = readEnvironments(inputs.environments ?? '');
  journal.add({ matrix: matrixOf(environments, inputs.order, inputs) });
  return concludeMatrix(
    environments.map(({ name }) => name),
    inputs.order,
    journal.facts(),
  );
}
