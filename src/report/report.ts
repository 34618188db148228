import { messageOf } from '../errors.ts';
import { annotationsOf } from './annotations.ts';
import type { UserInterface } from './interface.ts';
import { closingLines, evidenceLines } from './log-lines.ts';
import { outputsOf, type Outcome } from './outcome.ts';
import { summaryOf } from './summary.ts';

/** Tells the outcome everywhere: outputs, log, annotations, job summary, exit code. The verdict is the same sentence in all of them. */
export async function report(outcome: Outcome, ui: UserInterface): Promise<void> {
  for (const output of outputsOf(outcome)) {
    ui.output(output);
  }
  for (const line of [...outcome.facts.workloads.flatMap(evidenceLines), ...closingLines(outcome)]) {
    ui.line(line);
  }
  for (const annotation of annotationsOf(outcome)) {
    ui.annotate(annotation);
  }
  if (outcome.result !== 'succeeded') {
    ui.fail();
  }
  await ui.summary(summaryOf(outcome)).catch((error: unknown) => {
    ui.line(`warning: the job summary cannot be written: ${messageOf(error)}`);
  });
}
