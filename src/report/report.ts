import { messageOf } from '../errors.ts';
import { annotationsOf } from './annotations.ts';
import type { Facts } from './facts.ts';
import { buildAnnotations } from './builds.ts';
import { scanAnnotations } from './gates.ts';
import { evidenceLines } from './evidence-lines.ts';
import type { Annotation, UserInterface } from './interface.ts';
import { jsonReport } from './json-report.ts';
import { closingLines } from './log-lines.ts';
import type { Outcome } from './outcome.ts';
import { outputsOf } from './output-values.ts';
import { previewSection } from './preview.ts';
import { removalSection } from './removals.ts';
import { rollUpSections } from './roll-up-sections.ts';
import { summaryOf, type SummaryExtras } from './summary.ts';

/** Tells the outcome everywhere: outputs, log, annotations, report, job summary, exit code. The verdict is the same sentence in all of them. */
export async function report(outcome: Outcome, ui: UserInterface): Promise<void> {
  for (const output of outputsOf(outcome)) {
    ui.output(output);
  }
  for (const line of [...outcome.facts.workloads.flatMap(evidenceLines), ...closingLines(outcome)]) {
    ui.line(line);
  }
  for (const annotation of [...annotationsOf(outcome), ...warningsOf(outcome)]) {
    ui.annotate(annotation);
  }
  if (outcome.result !== 'succeeded') {
    ui.fail();
  }
  await attempt('the report cannot be written', ui, async () => {
    ui.output({ name: 'report', value: await ui.report(jsonReport(outcome)) });
  });
  await attempt('the job summary cannot be written', ui, async () =>
    ui.summary(summaryOf(outcome, extrasOf(outcome.facts))),
  );
}

/** What is on the page of a roll-up, a preview or a sweep beside what all pages have. */
function extrasOf({ collected, preview, removals, untold }: Facts): SummaryExtras {
  return {
    sections: [
      ...(collected === undefined ? [] : rollUpSections(collected)),
      ...(preview === undefined ? [] : [previewSection(preview)]),
      ...(removals.length === 0 ? [] : [removalSection(removals)]),
    ],
    untold,
  };
}

/** The runner shows at most ten warnings of a step (ExecutionContext.cs); the summary has the rest. */
const WARNING_LIMIT = 10;

function warningsOf({ facts }: Outcome): readonly Annotation[] {
  return [...buildAnnotations(facts.builds), ...scanAnnotations(facts.scans)].slice(0, WARNING_LIMIT);
}

/** What is told beside the outcome does not change it when it fails. */
async function attempt(complaint: string, ui: UserInterface, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    ui.line(`warning: ${complaint}: ${messageOf(error)}`);
  }
}
