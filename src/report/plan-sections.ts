import type { PhrasingContent, RootContent } from 'mdast';
import type { ObjectDiff } from '../diff/object-diff.ts';
import { formatWorkload } from '../values/workload.ts';
import { code, folded, heading, paragraph, table, text, type Cell } from './markdown.ts';
import type { PlanFact } from './plan-fact.ts';
import { diffText, objectName, unseenChange, verbWord } from './plan-lines.ts';

const FIELDS_SHOWN = 4;

/** As much as the evidence of rollouts may have, which a plan has none of: a summary over 1 MiB is dropped whole. */
const LONGEST_DIFFS_LETTERS = 200_000;

/** The part of the summary that is about a plan; its verdict is the heading of the page. */
export function planSections(plan: PlanFact): readonly RootContent[] {
  const { images, restarts, hash } = plan;
  return [
    heading(3, 'Plan'),
    ...objectRows(plan),
    ...(images.length === 0 ? [] : [heading(3, 'Images'), imageTable(images)]),
    ...(restarts.length === 0 ? [] : [heading(3, 'Restarts'), restartTable(restarts)]),
    ...foldedDiffs(plan),
    paragraph(text('plan-hash: '), code(hash)),
  ];
}

/** What would be done; what stays as it is, is counted. */
function objectRows({ diffs }: PlanFact): readonly RootContent[] {
  const worked = diffs.filter(({ verb }) => verb !== 'none');
  const rest = diffs.length - worked.length;
  return [
    ...(worked.length === 0 ? [] : [table(['object', 'namespace', 'what', 'fields'], worked.map(objectRow))]),
    ...(rest === 0 ? [] : [paragraph(text(`${rest} object${rest === 1 ? ' stays as it is' : 's stay as they are'}.`))]),
  ];
}

function objectRow(diff: ObjectDiff): readonly Cell[] {
  return [objectName(diff), diff.subject.namespace ?? '', verbWord(diff.verb), unseenChange(diff) ?? fieldsCell(diff)];
}

function fieldsCell({ fields }: ObjectDiff): Cell {
  const shown = fields
    .slice(0, FIELDS_SHOWN)
    .flatMap(({ path }, index): readonly PhrasingContent[] => [text(index === 0 ? '' : ', '), code(path)]);
  const rest = fields.length - FIELDS_SHOWN;
  return rest > 0 ? [...shown, text(` and ${rest} more`)] : shown;
}

function imageTable(images: PlanFact['images']): RootContent {
  return table(
    ['workload', 'namespace', 'container', 'before → after'],
    images.map(({ workload, container, before, after }) => [
      formatWorkload(workload),
      workload.namespace,
      container,
      [code(before ?? 'none'), text(' → '), code(after)],
    ]),
  );
}

function restartTable(restarts: PlanFact['restarts']): RootContent {
  return table(
    ['workload', 'namespace', 'why'],
    restarts.map(({ workload, reason }) => [formatWorkload(workload), workload.namespace, reason]),
  );
}

/** The diffs, folded for each object, as long as there is room for them. */
function foldedDiffs({ diffs }: PlanFact): readonly RootContent[] {
  let letters = 0;
  let leftOut = 0;
  const shown = diffs.flatMap((diff): readonly RootContent[] => {
    const lines = diff.lines.map(diffText);
    const needed = lines.join('\n').length;
    if (lines.length === 0 || letters + needed > LONGEST_DIFFS_LETTERS) {
      leftOut += lines.length === 0 ? 0 : 1;
      return [];
    }
    letters += needed;
    return foldedDiff(titleOf(diff), lines);
  });
  const others =
    leftOut === 1 ? 'The diff of 1 more object is in the log.' : `The diffs of ${leftOut} more objects are in the log.`;
  return leftOut === 0 ? shown : [...shown, paragraph(text(others))];
}

function titleOf(diff: ObjectDiff): string {
  const { namespace } = diff.subject;
  return `${verbWord(diff.verb)} ${objectName(diff)}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/** GitHub colours a block of the language "diff". */
function foldedDiff(title: string, lines: readonly string[]): readonly RootContent[] {
  return folded(title, lines).map((part) => (part.type === 'code' ? { ...part, lang: 'diff' } : part));
}
