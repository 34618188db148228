import { failureOf, type DeployError, type Problem } from '../errors.ts';
import type { SmokeOutcome } from './run.ts';

/** The failure `smoke-test-failed` with a problem for each test that failed; undefined when all have passed. */
export function smokeFailure(outcomes: readonly SmokeOutcome[]): DeployError | undefined {
  const failed = outcomes.filter(({ result }) => result === 'failed');
  return failed.length === 0
    ? undefined
    : failureOf(
        'smoke-test-failed',
        failed.map(problemOf),
        `${failed.length} of ${outcomes.length} smoke tests failed`,
      );
}

function problemOf({ test, attempts, seconds, last }: SmokeOutcome): Problem {
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return { message: `smoke test ${test.text}: ${last} (${times} in ${seconds} s)`, hint: hintOf(test.kind) };
}

function hintOf(kind: SmokeOutcome['test']['kind']): string {
  return kind === 'command'
    ? 'The rollout itself is complete. What the program wrote is in the log above.'
    : 'The rollout itself is complete: see what the new version writes to its log when it is asked.';
}
