import { DeployError, failureOfFindings, type Finding } from '../../errors.ts';
import { inParallel } from '../../kube/parallel.ts';

/**
 * Does the work for each item, at most `limit` at once, in the order of the items, every one to its end. Then throws one failure with the
 * problems of all that failed, `nameOf` before each. A cancelled run and a defect end everything at once.
 */
export async function eachToItsEnd<Item, Result>(
  items: readonly Item[],
  limit: number,
  nameOf: (item: Item) => string,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const outcomes = await inParallel(items, limit, async (item) => {
    try {
      return { result: await work(item) };
    } catch (error) {
      if (!(error instanceof DeployError) || error.code === 'cancelled' || error.code === 'internal') {
        throw error;
      }
      return { findings: findingsOf(error, nameOf(item)) };
    }
  });
  const failed = outcomes.flatMap((outcome) => ('findings' in outcome ? [outcome.findings] : []));
  const summary = `in ${failed.length} of ${items.length} bake targets`;
  const failure = failureOfFindings(failed.flat(), summary);
  if (failure !== undefined) {
    throw failure;
  }
  return outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : []));
}

function findingsOf({ code, message, hint, problems }: DeployError, name: string): readonly Finding[] {
  const all = problems.length === 0 ? [{ message, hint }] : problems;
  return all.map((problem) => ({
    code: problem.reason ?? code,
    problem: { ...problem, hint: problem.hint ?? hint, message: `${name}: ${problem.message}` },
  }));
}
