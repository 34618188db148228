import type { EventData } from 'node:test';
import { relative, resolve } from 'node:path';

type Finished = EventData.TestPass | EventData.TestFail;

/** What the tests of one run came to. Only tests that ran to their end without an error are passed; skipped and todo are not. */
export type Tally = {
  passed: number;
  failed: number;
  skipped: number;
  /** One paragraph for each failure, ready to print. */
  readonly failures: string[];
};

export function emptyTally(): Tally {
  return { passed: 0, failed: 0, skipped: 0, failures: [] };
}

/** The last line of a run. */
export function formatTally({ passed, failed, skipped }: Pick<Tally, 'passed' | 'failed' | 'skipped'>): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

export function countProblem(tally: Tally, problem: string): void {
  tally.failed += 1;
  tally.failures.push(problem);
}

/** Counts one finished test and returns how it went in words; undefined for what is no test of its own. */
export function count(
  tally: Tally,
  test: Finished,
  root: string,
): { readonly text: string; readonly isPassed: boolean } | undefined {
  if (test.details.type === 'suite') {
    return undefined;
  }
  const error = 'error' in test.details ? test.details.error : undefined;
  if (test.skip !== undefined || test.todo !== undefined) {
    tally.skipped += 1;
    const why = [test.skip, test.todo].find((reason) => typeof reason === 'string' && reason !== '');
    return { text: `skipped: ${test.name}${why === undefined ? '' : ` (${why})`}`, isPassed: false };
  }
  if (error === undefined && !isWholeFile(test, root)) {
    tally.passed += 1;
    return { text: `passed: ${test.name}`, isPassed: true };
  }
  tally.failed += 1;
  if (error === undefined || failureType(error) !== 'subtestsFailed') {
    tally.failures.push(describeFailure(test, error, root));
  }
  return { text: `FAILED: ${test.name}`, isPassed: false };
}

/** A file that ends well without any test is reported as one test with the file's name: it tests nothing, so it is no pass. */
function isWholeFile(test: Finished, root: string): boolean {
  return test.nesting === 0 && resolve(root, test.name) === test.file;
}

function describeFailure(test: Finished, error: EventData.Error | undefined, root: string): string {
  const place = `${relative(root, test.file ?? '')}:${test.line ?? 0}`;
  if (isWholeFile(test, root)) {
    return `${place}\n${error === undefined ? 'has no tests' : 'did not run to its end'}`;
  }
  const cause = error?.cause instanceof Error ? error.cause : error;
  const stack = (cause?.stack ?? String(error?.cause ?? error)).split('\n');
  const shown = stack.filter((line) => !/^\s+at .*\(?(node:|file:.*node_modules)/.test(line));
  return `${place} ${test.name}\n${shown.join('\n').trimEnd()}`;
}

function failureType(error: EventData.Error): string {
  return 'failureType' in error ? String(error.failureType) : '';
}
