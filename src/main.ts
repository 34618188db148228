import { knownSecrets } from './inputs/known-secrets.ts';
import type { GivenInputs } from './inputs/read.ts';
import type { Inputs } from './inputs/spec.ts';
import { targetOf } from './inputs/target.ts';
import { runUrlOf } from './plan/origin.ts';
import { makePlan } from './plan/make-plan.ts';
import type { RunnerFacts } from './plan/runner-facts.ts';
import type { Ports } from './ports.ts';
import type { TargetFact } from './report/facts.ts';
import type { Journal } from './report/journal.ts';
import { concludeError, type Outcome } from './report/outcome.ts';
import { collect } from './steps/collect.ts';
import { follow } from './steps/follow.ts';
import { readAllInputs } from './steps/inputs.ts';
import { makeMatrix } from './steps/matrix.ts';
import { onGitHub } from './steps/on-github.ts';
import { newRun, type Run } from './steps/run.ts';
import { linesOfSecret } from './values/secret-lines.ts';

/** Takes a commit to a verified rollout, and returns how it went whatever happens. */
export async function run(given: GivenInputs, facts: RunnerFacts, ports: Ports, journal: Journal): Promise<Outcome> {
  journal.add({ target: targetFact(given, facts) });
  try {
    const inputs = readAllInputs(given, facts, ports);
    knownSecrets(inputs, facts.variable)
      .flatMap(({ value }) => linesOfSecret(value))
      .forEach(ports.mask);
    return await carryOut(inputs, facts, ports, journal);
  } catch (error) {
    return concludeError(error, journal.facts());
  }
}

/** Known whatever happens next: the report of a run with wrong inputs has to say which environment was meant. */
function targetFact(given: GivenInputs, facts: RunnerFacts): TargetFact {
  return { ...targetOf(given, facts.repository), attempt: Number(facts.runAttempt), runUrl: runUrlOf(facts) };
}

async function carryOut(inputs: Inputs, facts: RunnerFacts, ports: Ports, journal: Journal): Promise<Outcome> {
  switch (inputs.command) {
    case 'matrix':
      return makeMatrix(inputs, journal);
    case 'collect':
      return collect(inputs, facts, ports, journal);
    case 'deploy':
    case 'plan':
    case 'destroy':
    case 'sweep':
      return carryOutOnGitHub(newRun(makePlan(inputs, facts), ports, journal));
  }
}

async function carryOutOnGitHub(run: Run): Promise<Outcome> {
  return onGitHub(run, async () => {
    try {
      return await follow(run);
    } catch (error) {
      return concludeError(error, run.journal.facts());
    }
  });
}
