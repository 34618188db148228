import type { RootContent } from 'mdast';
import { formatProblem } from '../errors.ts';
import { formatWorkload } from '../values/workload.ts';
import type { Facts, WorkloadFact } from './facts.ts';
import { buildSection } from './builds.ts';
import { evidenceLines } from './evidence-lines.ts';
import { gateSection } from './gates.ts';
import { bullets, codeBlock, folded, heading, paragraph, renderMarkdown, text } from './markdown.ts';
import type { Outcome } from './outcome.ts';
import { planSections } from './plan-sections.ts';
import { rollbackSection } from './rollback.ts';
import { smokeSection } from './smoke-tests.ts';
import { commitTable, MARKS, objectTable, phaseTable, workloadTable } from './summary-tables.ts';
import { timelineOf } from './timeline.ts';
import { notesOf } from './verdict.ts';

/** A summary over 1 MiB is dropped whole by the runner (FileCommandManager.cs). */
const LONGEST_SUMMARY_BYTES = 900_000;

/** Of that, what the pods say may have so much: it is in the log, too. */
const LONGEST_EVIDENCE_LETTERS = 200_000;

/** The job summary: verdict, commit and image, workloads, evidence, objects, durations. */
export function summaryOf(outcome: Outcome): string {
  const { facts } = outcome;
  const notes = notesOf(facts);
  const markdown = renderMarkdown([
    heading(2, `${MARKS[outcome.result]} ${outcome.verdict}`),
    ...(outcome.hint === undefined ? [] : [paragraph(text(outcome.hint))]),
    ...problemList(outcome),
    ...commitTable(outcome),
    ...buildSection(facts.builds),
    ...gateSection(facts),
    ...(facts.workloads.length === 0 ? [] : [heading(3, 'Workloads'), workloadTable(facts.workloads)]),
    ...(notes.length === 0 ? [] : [bullets(notes.map((note) => [text(note)]))]),
    ...evidence(facts.workloads),
    ...rollbackSection(facts.rollback),
    ...smokeSection(facts.smokeTests),
    ...(facts.plan === undefined ? [] : planSections(facts.plan)),
    ...(facts.objects.length === 0 ? [] : [heading(3, 'Objects'), objectTable(facts.objects)]),
    ...(facts.phases.length === 0 ? [] : [heading(3, 'Phases'), phaseTable(facts.phases)]),
    ...timeline(facts),
  ]);
  const bytes = Buffer.from(markdown);
  return bytes.length <= LONGEST_SUMMARY_BYTES
    ? markdown
    : `${bytes.subarray(0, LONGEST_SUMMARY_BYTES).toString('utf8')}\n\n… the rest is left out, the summary would be too long\n`;
}

function problemList(outcome: Outcome): readonly RootContent[] {
  if (outcome.problems.length < 2) {
    return [];
  }
  return [
    bullets(
      outcome.problems.map((problem) => [
        text(formatProblem(problem)),
        ...(problem.hint === undefined ? [] : [text(` (${problem.hint})`)]),
      ]),
    ),
  ];
}

/** What the pods say, folded for each workload, as long as there is room for it. */
function evidence(workloads: readonly WorkloadFact[]): readonly RootContent[] {
  let letters = 0;
  let leftOut = 0;
  const shown = workloads.flatMap((fact): readonly RootContent[] => {
    const lines = evidenceLines(fact);
    const needed = lines.join('\n').length;
    if (lines.length === 0 || letters + needed > LONGEST_EVIDENCE_LETTERS) {
      leftOut += lines.length === 0 ? 0 : 1;
      return [];
    }
    letters += needed;
    return folded(`What the pods of ${formatWorkload(fact.workload)} say`, lines);
  });
  return leftOut === 0
    ? shown
    : [...shown, paragraph(text(`What the pods of ${leftOut} more workloads say is in the log.`))];
}

function timeline(facts: Facts): readonly RootContent[] {
  const lines = timelineOf(facts);
  return lines === undefined ? [] : [codeBlock(lines, 'mermaid')];
}
