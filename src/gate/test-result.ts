import { isJsonObject, numberAt, textAt, valueAt } from '../values/json.ts';

/** What container-structure-test says of one file. */
export type TestSummary = { readonly passed: number; readonly failures: readonly TestFailure[] };

export type TestFailure = {
  /** "Command Test: node runs"; empty when the file itself is at fault. */
  readonly name: string;
  readonly errors: readonly string[];
};

/**
 * Reads what `container-structure-test test --output json` prints: one line {"Pass":1,"Fail":1,"Total":2,"Results":[{"Name","Pass","Errors"}]}, with
 * whatever else is printed before it. Throws an Error when it is something else, or its numbers contradict its results or the exit code.
 */
export function readTestSummary(stdout: string, exitCode: number): TestSummary {
  const line = stdout.split('\n').findLast((text) => text.trim().startsWith('{'));
  if (line === undefined) {
    throw new Error('it printed no result');
  }
  const summary: unknown = JSON.parse(line);
  const [passed, failed, total] = [numberAt(summary, 'Pass'), numberAt(summary, 'Fail'), numberAt(summary, 'Total')];
  const results = valueAt(summary, 'Results') ?? [];
  if (passed === undefined || failed === undefined || total === undefined || !Array.isArray(results)) {
    throw new Error('its result lacks Pass, Fail, Total or Results');
  }
  const failures = results.filter((result) => valueAt(result, 'Pass') !== true).map(failureOfTest);
  const isSound = passed + failed === total && results.length === total && failures.length === failed;
  if (!isSound) {
    throw new Error(
      `its result counts ${passed} and ${failed} of ${total}, but lists ${failures.length} failures of ${results.length}`,
    );
  }
  if (total === 0) {
    throw new Error('it ran no test: does the file have any?');
  }
  if ((exitCode === 0) !== (failed === 0)) {
    throw new Error(`its result has ${failed} failures, but it ended with exit code ${exitCode}`);
  }
  return { passed, failures };
}

function failureOfTest(result: unknown): TestFailure {
  const errors = valueAt(result, 'Errors');
  return {
    name: isJsonObject(result) ? (textAt(result, 'Name') ?? '') : '',
    errors: (Array.isArray(errors) ? errors : []).map(String),
  };
}
