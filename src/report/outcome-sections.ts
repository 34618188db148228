import type { PhrasingContent, RootContent } from 'mdast';
import { formatProblem } from '../errors.ts';
import { formatWorkload } from '../values/workload.ts';
import { evidenceLines } from './evidence-lines.ts';
import type { WorkloadFact } from './facts.ts';
import { bullets, folded, heading, paragraph, text } from './markdown.ts';
import type { Outcome } from './outcome.ts';
import { always, several, type Section } from './page.ts';
import { MARKS, workloadTable } from './summary-tables.ts';
import { clip } from '../values/visible.ts';

/** What summary and comments say alike. */

const LONGEST_SENTENCE = 3000;

/** Of a summary the pods may have so much: what they say is in the log, too. */
const LONGEST_EVIDENCE = 200_000;

/** The verdict with its mark, and what to do. */
export function verdictSection({ result, verdict, hint }: Outcome, depth: 2 | 3): Section {
  return always(
    heading(depth, `${MARKS[result]} ${clip(verdict, LONGEST_SENTENCE)}`),
    ...(hint === undefined ? [] : [paragraph(text(clip(hint, LONGEST_SENTENCE)))]),
  );
}

/** The problems, when there are several; one alone is the verdict. */
export function problemSection({ problems }: Outcome): Section {
  return several(
    2,
    problems.length < 2 ? [] : problems,
    (shown, leftOut) => [
      ...(shown.length === 0 ? [] : [bullets(shown.map(problemLine))]),
      ...restOf(leftOut, 'problem', 'problems'),
    ],
    { mostShare: 1 / 3 },
  );
}

function problemLine(problem: Outcome['problems'][number]): readonly PhrasingContent[] {
  return [
    text(clip(formatProblem(problem), LONGEST_SENTENCE)),
    ...(problem.hint === undefined ? [] : [text(` (${clip(problem.hint, LONGEST_SENTENCE)})`)]),
  ];
}

/** The workloads; those that went wrong get their room first. A namespace that all of them have is told once. */
export function workloadSections(workloads: readonly WorkloadFact[]): readonly Section[] {
  const bad = workloads.filter(({ outcome }) => outcome !== undefined && outcome.result !== 'succeeded');
  const badFirst = [...bad, ...workloads.filter((workload) => !bad.includes(workload))];
  const namespaces = [...new Set(workloads.map(({ workload }) => workload.namespace))];
  const namespace = namespaces.length === 1 ? namespaces[0] : undefined;
  return [
    several(3, badFirst, (shown, leftOut) => {
      const inOrder = leftOut === 0 ? workloads : shown;
      return [
        heading(3, namespace === undefined ? 'Workloads' : `Workloads in ${namespace}`),
        ...(inOrder.length === 0 ? [] : [workloadTable(inOrder, namespace === undefined)]),
        ...restOf(leftOut, 'workload', 'workloads'),
      ];
    }),
  ];
}

/** What the pods say, folded for each workload. */
export function evidenceSection(workloads: readonly WorkloadFact[]): Section {
  const told = workloads
    .map((fact) => ({ title: `What the pods of ${formatWorkload(fact.workload)} say`, lines: evidenceLines(fact) }))
    .filter(({ lines }) => lines.length > 0);
  return several(
    4,
    told,
    (shown, leftOut) => [
      ...shown.flatMap(({ title, lines }) => folded(title, lines)),
      ...(leftOut === 0
        ? []
        : [paragraph(text(`What the pods of ${leftOut} more workload${leftOut === 1 ? '' : 's'} say is in the log.`))]),
    ],
    { mostLetters: LONGEST_EVIDENCE },
  );
}

/** "3 more workloads are in the log." */
export function restOf(leftOut: number, one: string, many: string): readonly RootContent[] {
  const sentence = leftOut === 1 ? `1 more ${one} is in the log.` : `${leftOut} more ${many} are in the log.`;
  return leftOut === 0 ? [] : [paragraph(text(sentence))];
}
