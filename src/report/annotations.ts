import type { Annotation } from './interface.ts';
import type { Outcome } from './outcome.ts';

/** The runner shows at most ten annotations of a step (ExecutionContext.cs). */
const ANNOTATION_LIMIT = 10;

/** The annotations of an outcome: each problem at its place, else the verdict. */
export function annotationsOf(outcome: Outcome): readonly Annotation[] {
  if (outcome.result === 'succeeded') {
    return [];
  }
  const title = `k8s-deploy: ${outcome.reason ?? outcome.result}`;
  const all: readonly Annotation[] =
    outcome.problems.length === 0
      ? [{ level: 'error', title, message: withHint(outcome.verdict, outcome.hint) }]
      : outcome.problems.map(({ message, hint, file, line }) => ({
          level: 'error',
          title,
          message: withHint(message, hint),
          file,
          line,
        }));
  const shown = all.length > ANNOTATION_LIMIT ? all.slice(0, ANNOTATION_LIMIT - 1) : all;
  const rest = all.length - shown.length;
  return rest === 0
    ? shown
    : [...shown, { level: 'error', title, message: `and ${rest} more problems; the log has them all` }];
}

function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message.replace(/\.$/, '')}. ${hint}`;
}
