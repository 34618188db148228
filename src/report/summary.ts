import { buildSection } from './builds.ts';
import { gateSection } from './gates.ts';
import { bullets, codeBlock, foldedBlocks, heading, text } from './markdown.ts';
import type { Facts, ObjectFact } from './facts.ts';
import type { Outcome } from './outcome.ts';
import { evidenceSection, problemSection, restOf, verdictSection, workloadSections } from './outcome-sections.ts';
import { always, JOB_SUMMARY, renderPage, several, whole, type Section } from './page.ts';
import { planSections, unchangedCount } from './plan-sections.ts';
import { rollbackSection } from './rollback.ts';
import { smokeSection } from './smoke-tests.ts';
import { detailSection } from './details.ts';
import { objectTable, phaseTable } from './summary-tables.ts';
import { timelineOf } from './timeline.ts';
import { untoldSections, type Untold } from './untold.ts';
import { notesOf } from './verdict.ts';

/** What is on the page beside the deploy itself. */
export type SummaryExtras = {
  /** Right after the verdict: of a roll-up, a preview, a sweep. */
  readonly sections?: readonly Section[] | undefined;
  readonly untold?: readonly Untold[] | undefined;
};

/**
 * The job summary: verdict, what became of workloads and why, then what went in, and last how long it took. What has no room is left out by
 * whole tables, rows and folds.
 */
export function summaryOf(outcome: Outcome, extras: SummaryExtras = {}): string {
  const { facts } = outcome;
  const sections = [
    verdictSection(outcome, 2),
    problemSection(outcome),
    ...(extras.sections ?? []),
    ...(isPlanOnly(facts) ? [] : workloadSections(facts.workloads)),
    notesSection(outcome),
    evidenceSection(facts.workloads),
    whole(4, rollbackSection(facts.rollback), 'How the rollback went is in the log.'),
    whole(4, smokeSection(facts.smokeTests), 'The smoke tests are in the log.'),
    ...(facts.plan === undefined ? [] : planSections(facts.plan)),
    ...(isPlanOnly(facts) ? [] : objectSections(facts.objects)),
    whole(5, buildSection(facts.builds), 'How the images were built is in the log.'),
    whole(5, gateSection(facts), 'What the checks of the images found is in the log.'),
    whole(2, detailSection(outcome), 'The images and tools are in the log.'),
    ...durationSections(facts),
    ...untoldSections(extras.untold ?? []),
  ];
  return renderPage(sections, JOB_SUMMARY);
}

/** What objects and workloads would come to, the plan itself tells. */
function isPlanOnly({ plan, hasChanged }: Facts): boolean {
  return plan !== undefined && !hasChanged;
}

/** A row for each object that is another one now, and how many are as they were. */
function objectSections(objects: readonly ObjectFact[]): readonly Section[] {
  const changed = objects.filter(({ change }) => change !== 'unchanged');
  return [
    several(7, changed, (shown, leftOut) => [
      heading(3, 'Objects'),
      ...(shown.length === 0 ? [] : [objectTable(shown)]),
      ...restOf(leftOut, 'object', 'objects'),
    ]),
    always(...unchangedCount(objects.length - changed.length)),
  ];
}

/** The timeline of rollouts, and the seconds of the phases folded away. */
function durationSections(facts: Facts): readonly Section[] {
  const { phases, workloads } = facts;
  // Of phases alone a table says as much.
  const timeline = workloads.some(({ outcome }) => outcome !== undefined) ? timelineOf(facts) : undefined;
  return [
    whole(
      9,
      timeline === undefined ? [] : [heading(3, 'Timeline'), codeBlock(timeline, 'mermaid')],
      'The timeline is in the report.',
    ),
    whole(
      8,
      phases.length === 0 ? [] : foldedBlocks('The phases in seconds', [phaseTable(phases)]),
      'How long the phases took is in the report.',
    ),
  ];
}

function notesSection({ facts }: Outcome): Section {
  return several(6, notesOf(facts), (shown, leftOut) => [
    ...(shown.length === 0 ? [] : [bullets(shown.map((note) => [text(note)]))]),
    ...restOf(leftOut, 'note', 'notes'),
  ]);
}
