import { buildSection } from './builds.ts';
import { gateSection } from './gates.ts';
import { bullets, codeBlock, heading, text } from './markdown.ts';
import type { Outcome } from './outcome.ts';
import { evidenceSection, problemSection, restOf, verdictSection, workloadSections } from './outcome-sections.ts';
import { JOB_SUMMARY, renderPage, several, whole, type Section } from './page.ts';
import { planSections } from './plan-sections.ts';
import { rollbackSection } from './rollback.ts';
import { smokeSection } from './smoke-tests.ts';
import { commitTable, objectTable, phaseTable } from './summary-tables.ts';
import { timelineOf } from './timeline.ts';
import { untoldSections, type Untold } from './untold.ts';
import { notesOf } from './verdict.ts';

/** What is on the page beside the deploy itself. */
export type SummaryExtras = {
  /** Right after the verdict: of a roll-up, a preview, a sweep. */
  readonly sections?: readonly Section[] | undefined;
  readonly untold?: readonly Untold[] | undefined;
};

/** The job summary: verdict, commit and image, workloads, evidence, objects, durations. What has no room is left out by whole tables, rows and folds. */
export function summaryOf(outcome: Outcome, extras: SummaryExtras = {}): string {
  const { facts } = outcome;
  const timeline = timelineOf(facts);
  const sections = [
    verdictSection(outcome, 2),
    problemSection(outcome),
    ...(extras.sections ?? []),
    whole(2, commitTable(outcome), 'The images and tools are in the log.'),
    whole(5, buildSection(facts.builds), 'How the images were built is in the log.'),
    whole(5, gateSection(facts), 'What the checks of the images found is in the log.'),
    ...workloadSections(facts.workloads),
    notesSection(outcome),
    evidenceSection(facts.workloads),
    whole(4, rollbackSection(facts.rollback), 'How the rollback went is in the log.'),
    whole(4, smokeSection(facts.smokeTests), 'The smoke tests are in the log.'),
    ...(facts.plan === undefined ? [] : planSections(facts.plan)),
    several(7, facts.objects, (shown, leftOut) => [
      heading(3, 'Objects'),
      ...(shown.length === 0 ? [] : [objectTable(shown)]),
      ...restOf(leftOut, 'object', 'objects'),
    ]),
    whole(
      8,
      facts.phases.length === 0 ? [] : [heading(3, 'Phases'), phaseTable(facts.phases)],
      'How long the phases took is in the report.',
    ),
    whole(9, timeline === undefined ? [] : [codeBlock(timeline, 'mermaid')], 'The timeline is in the report.'),
    ...untoldSections(extras.untold ?? []),
  ];
  return renderPage(sections, JOB_SUMMARY);
}

function notesSection({ facts }: Outcome): Section {
  return several(6, notesOf(facts), (shown, leftOut) => [
    ...(shown.length === 0 ? [] : [bullets(shown.map((note) => [text(note)]))]),
    ...restOf(leftOut, 'note', 'notes'),
  ]);
}
