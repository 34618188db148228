import type { FailureCode } from '../errors.ts';
import type { Annotation } from './interface.ts';
import type { Outcome } from './outcome.ts';
import { clip, visible } from '../values/visible.ts';

/** The runner shows at most ten annotations of a step (ExecutionContext.cs). */
const ANNOTATION_LIMIT = 10;

/** The annotations of an outcome: each problem at its place, else the verdict. */
export function annotationsOf(outcome: Outcome): readonly Annotation[] {
  const { problems, reason, result, verdict, hint } = outcome;
  if (result === 'succeeded') {
    return [];
  }
  const titleOf = (code: FailureCode | undefined): string => `k8s-deploy: ${code ?? result}`;
  const title = titleOf(reason);
  const all: readonly Annotation[] =
    problems.length === 0
      ? [{ level: 'error', title, message: withHint(verdict, hint) }]
      : problems.map((problem) => ({
          level: 'error',
          title: titleOf(problem.reason ?? reason),
          message: withHint(problem.message, problem.hint),
          file: problem.file,
          line: problem.line,
        }));
  const shown = all.length > ANNOTATION_LIMIT ? all.slice(0, ANNOTATION_LIMIT - 1) : all;
  const rest = all.length - shown.length;
  return rest === 0
    ? shown
    : [...shown, { level: 'error', title, message: `and ${rest} more problems; the log has them all` }];
}

/** The runner keeps 4096 letters of a message (ExecutionContext.cs). */
const LONGEST_MESSAGE = 3000;
const LONGEST_HINT = 1000;

/** One text of an annotation: with nothing hidden in it, and no longer than the runner keeps. */
export function withHint(message: string, hint: string | undefined): string {
  const shown = clip(visible(message), LONGEST_MESSAGE);
  return hint === undefined ? shown : `${shown.replace(/\.$/, '')}. ${clip(visible(hint), LONGEST_HINT)}`;
}
