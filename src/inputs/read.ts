import { nearest } from '../values/nearest.ts';
import { failureOf, messageOf, type DeployError, type Problem } from '../errors.ts';
import { findCombinationProblems } from './combinations.ts';
import type { Trust } from './event.ts';
import type { Given } from './given.ts';
import type { InputSpec } from './row.ts';
import { INPUTS, type Inputs } from './spec.ts';
import { withSecretsAssumed } from './without-secrets.ts';

/** The runner's `INPUT_*` variables by the name of the input, in lower case: {"build-args": "A=1"}. */
export type GivenInputs = Readonly<Record<string, string>>;

/**
 * Reads all inputs. Throws one DeployError `input-invalid` with the problems of all of them: unknown names (with the nearest known one),
 * values that do not parse, and combinations that make no sense. In a restricted run it is no problem that a secret is empty.
 */
export function readInputs(given: GivenInputs, trust: Trust = 'trusted'): Inputs {
  const problems: Problem[] = [...findUnknownNames(given)];
  const read = Object.entries(INPUTS).map(([key, spec]): readonly [string, unknown] => {
    try {
      return [key, readOne(spec, given)];
    } catch (error) {
      problems.push({ message: `${spec.name}: ${messageOf(error)}`, hint: `${spec.name} is: ${spec.format}` });
      return [key, spec.absent];
    }
  });
  const seen: Given = { has: (name) => isWished(given, name), text: (name) => textOf(given, name) };
  problems.push(
    ...findCombinationProblems(
      trust === 'restricted' ? withSecretsAssumed(seen) : seen,
      Object.values(INPUTS).map(({ name }) => name),
    ),
  );
  if (problems.length > 0) {
    throw problemsAsFailure(problems);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each key has the value that its own row of the table parsed
  return Object.fromEntries(read) as Inputs;
}

function readOne(spec: InputSpec<unknown>, given: GivenInputs): unknown {
  const text = textOf(given, spec.name);
  return text === '' ? spec.absent : spec.parse(text);
}

/** The runner gives every input that has a default, too: only what differs from that says something. */
function isWished(given: GivenInputs, name: string): boolean {
  const fallback = Object.values(INPUTS).find((spec) => spec.name === name)?.fallback ?? '';
  const text = textOf(given, name);
  return text !== '' && text !== fallback;
}

function textOf(given: GivenInputs, name: string): string {
  return (given[name] ?? '').trim();
}

function findUnknownNames(given: GivenInputs): readonly Problem[] {
  const known = Object.values(INPUTS).map((spec) => spec.name);
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return {
        message: near === undefined ? `${name}: there is no such input` : `${name}: did you mean ${near}?`,
        hint: 'The README lists all inputs.',
      };
    });
}

function problemsAsFailure(problems: readonly Problem[]): DeployError {
  return failureOf('input-invalid', problems, `${problems.length} problems with the inputs`);
}
