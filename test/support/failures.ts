import { DeployError, formatProblem, type FailureCode } from '../../src/errors.ts';

export type SeenFailure = {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint: string;
  /** Each problem as the user reads it. */
  readonly lines: readonly string[];
  readonly hints: readonly string[];
};

/** The failure that the work ends with, as the user reads it. */
export async function failureOfWork(work: () => unknown): Promise<SeenFailure> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DeployError) {
      const { code, message, hint = '', problems } = error;
      return {
        code,
        message,
        hint,
        lines: problems.map(formatProblem),
        hints: problems.map((problem) => problem.hint ?? ''),
      };
    }
    throw error;
  }
  throw new Error('a failure was expected');
}
