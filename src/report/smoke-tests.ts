import type { RootContent } from 'mdast';
import type { SmokeOutcome } from '../smoke-test/run.ts';
import { code, heading, table } from './markdown.ts';

export function smokeSection(outcomes: readonly SmokeOutcome[]): readonly RootContent[] {
  if (outcomes.length === 0) {
    return [];
  }
  const rows = outcomes.map(({ test, result, last, attempts, seconds }) => [
    [code(test.text)],
    `${result === 'passed' ? '✅' : '❌'} ${last}`,
    String(attempts),
    seconds.toFixed(1),
  ]);
  return [heading(3, 'Smoke tests'), table(['test', 'result', 'attempts', 'seconds'], rows)];
}

export function smokeEntries(outcomes: readonly SmokeOutcome[]): readonly object[] {
  return outcomes.map(({ test, result, last, attempts, seconds }) => ({
    test: test.text,
    result,
    last,
    attempts,
    seconds,
  }));
}
