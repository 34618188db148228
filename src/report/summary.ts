import type { PhrasingContent, RootContent } from 'mdast';
import { formatProblem } from '../errors.ts';
import { formatImageReference } from '../values/image.ts';
import { formatWorkload } from '../values/workload.ts';
import type { ObjectFact, WorkloadFact } from './facts.ts';
import { evidenceLines } from './log-lines.ts';
import {
  bullets,
  code,
  codeBlock,
  heading,
  paragraph,
  renderMarkdown,
  strong,
  table,
  text,
  type Cell,
} from './markdown.ts';
import type { Outcome } from './outcome.ts';

/** A summary over 1 MiB is dropped whole by the runner (FileCommandManager.cs). */
const LONGEST_SUMMARY_BYTES = 900_000;

const FIELDS_SHOWN = 4;

const MARKS = { succeeded: '✅', failed: '❌', 'timed-out': '⏱️', unknown: '❔', cancelled: '⚪' } as const;

/** The job summary: verdict, commit and image, objects, workloads, evidence, durations. */
export function summaryOf(outcome: Outcome): string {
  const { facts } = outcome;
  const markdown = renderMarkdown([
    heading(2, `${MARKS[outcome.result]} ${outcome.verdict}`),
    ...(outcome.hint === undefined ? [] : [paragraph(text(outcome.hint))]),
    ...problemList(outcome),
    ...commitTable(outcome),
    ...(facts.workloads.length === 0 ? [] : [heading(3, 'Workloads'), workloadTable(facts.workloads)]),
    ...evidence(facts.workloads),
    ...(facts.objects.length === 0 ? [] : [heading(3, 'Objects'), objectTable(facts.objects)]),
    ...(facts.phases.length === 0
      ? []
      : [
          heading(3, 'Phases'),
          table(
            ['phase', 'seconds'],
            facts.phases.map((phase) => [`${phase.title}${phase.isFailed ? ' ❌' : ''}`, phase.seconds.toFixed(1)]),
          ),
        ]),
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

function commitTable(outcome: Outcome): readonly RootContent[] {
  const { sha, images, isBuilt, tools } = outcome.facts;
  const rows: readonly (readonly Cell[])[] = [
    ...(sha === undefined ? [] : [['commit', [code(sha)]]]),
    ...images.map((image): readonly Cell[] => [isBuilt ? 'image built' : 'image', [code(formatImageReference(image))]]),
    ...tools.map((tool): readonly Cell[] => ['tool', tool]),
    ...(outcome.reason === undefined ? [] : [['reason', [code(outcome.reason)]] satisfies readonly Cell[]]),
  ];
  return rows.length === 0 ? [] : [table(['what', 'which'], rows)];
}

function workloadTable(workloads: readonly WorkloadFact[]): RootContent {
  return table(
    ['workload', 'namespace', 'change', 'before → after', 'rollout', 'seconds'],
    workloads.map((fact) => [
      formatWorkload(fact.workload),
      fact.workload.namespace,
      fact.because === undefined ? fact.change : `${fact.change}: ${fact.because}`,
      beforeAfter(fact),
      rolloutCell(fact),
      fact.outcome === undefined ? '' : fact.outcome.seconds.toFixed(1),
    ]),
  );
}

function beforeAfter(fact: WorkloadFact): Cell {
  return fact.images.flatMap(({ container, before, after }, index): readonly PhrasingContent[] => [
    text(`${index === 0 ? '' : ', '}${container}: `),
    code(before === undefined ? 'none' : shortImage(before)),
    text(' → '),
    code(shortImage(after)),
  ]);
}

/** The digest is long and the tag tells the commit: twelve digits of each are enough to compare. */
function shortImage(image: string): string {
  const [name = '', digest] = image.split('@sha256:');
  const short = name.replace(/:([0-9a-f]{40})$/, (_whole, sha: string) => `:${sha.slice(0, 12)}`);
  return digest === undefined ? short : `${short}@${digest.slice(0, 12)}`;
}

function rolloutCell(fact: WorkloadFact): Cell {
  const { outcome } = fact;
  return outcome === undefined
    ? 'not started'
    : [
        text(`${MARKS[outcome.result]} `),
        text(outcome.result === 'succeeded' ? outcome.state : (outcome.cause ?? outcome.state)),
      ];
}

function evidence(workloads: readonly WorkloadFact[]): readonly RootContent[] {
  return workloads.flatMap((fact) => {
    const lines = evidenceLines(fact);
    return lines.length === 0
      ? []
      : [paragraph(strong(`What the pods of ${formatWorkload(fact.workload)} say`)), codeBlock(lines)];
  });
}

function objectTable(objects: readonly ObjectFact[]): RootContent {
  return table(
    ['object', 'namespace', 'change', 'fields'],
    objects.map((object) => [
      `${object.kind}/${object.name}`,
      object.namespace ?? '',
      object.change,
      fieldsCell(object.fields),
    ]),
  );
}

function fieldsCell(fields: readonly string[]): Cell {
  const shown = fields
    .slice(0, FIELDS_SHOWN)
    .flatMap((field, index): readonly PhrasingContent[] => [text(index === 0 ? '' : ', '), code(field)]);
  const rest = fields.length - FIELDS_SHOWN;
  return rest > 0 ? [...shown, text(` and ${rest} more`)] : shown;
}
