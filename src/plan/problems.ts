import { failureOf, type Problem } from '../errors.ts';
import { findKeptSecrets } from '../inputs/build-arg-secrets.ts';
import { knownSecrets } from '../inputs/known-secrets.ts';
import type { Inputs } from '../inputs/spec.ts';
import type { RunnerFacts } from './runner-facts.ts';

/** Throws `input-invalid` with everything about the inputs that only shows beside the environment and the event. */
export function assertSound(inputs: Inputs, facts: RunnerFacts, others: readonly Problem[]): void {
  const secrets = knownSecrets(inputs, facts.variable);
  const problems = [
    ...findAbsentSecrets(inputs, facts),
    ...findKeptSecrets('build-args', inputs.buildArgs, secrets),
    ...findKeptSecrets('labels', inputs.labels, secrets),
    ...findKeptSecrets('build-contexts', inputs.buildContexts, secrets),
    ...others,
  ];
  if (problems.length > 0) {
    throw failureOf('input-invalid', problems, `${problems.length} problems with the inputs`);
  }
}

function findAbsentSecrets({ secrets }: Inputs, { variable }: RunnerFacts): readonly Problem[] {
  const ids = secrets.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, index) => ids.indexOf(id) < index))];
  return [
    ...secrets.flatMap((secret): readonly Problem[] =>
      secret.kind === 'variable' && (variable(secret.name) ?? '') === ''
        ? [
            {
              message: `secrets: ${secret.id} has no value, the variable ${secret.name} is not set or empty`,
              hint: `Give it to the step: env: ${secret.name}: \${{ secrets.${secret.name} }}. An empty value often means that the secret is not set for this repository or environment.`,
            },
          ]
        : [],
    ),
    ...twice.map((id) => ({ message: `secrets: ${id} is there twice`, hint: 'Give each id once.' })),
  ];
}
