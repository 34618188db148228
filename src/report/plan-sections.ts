import type { PhrasingContent, RootContent } from 'mdast';
import type { ObjectDiff } from '../diff/object-diff.ts';
import { formatWorkload } from '../values/workload.ts';
import { imageChange } from './image-change.ts';
import { code, codeBlock, folded, heading, paragraph, table, text, type Cell } from './markdown.ts';
import { restOf } from './outcome-sections.ts';
import { always, several, type Section } from './page.ts';
import type { PlanFact } from './plan-fact.ts';
import { diffText, objectName, unseenChange, verbWord } from './plan-lines.ts';

const FIELDS_SHOWN = 4;

/** As much as the evidence of rollouts may have, which a plan has none of. */
const LONGEST_DIFFS_LETTERS = 200_000;

/** The part of a page that is about a plan; its verdict is the heading of the page. */
export function planSections(plan: PlanFact): readonly Section[] {
  const { diffs, images, restarts, hash } = plan;
  const worked = diffs.filter(({ verb }) => verb !== 'none');
  return [
    several(2, worked, (shown, leftOut) => [
      heading(3, 'Plan'),
      ...(shown.length === 0 ? [] : [table(['object', 'namespace', 'what', 'fields'], shown.map(objectRow))]),
      ...restOf(leftOut, 'object', 'objects'),
    ]),
    always(...unchangedCount(diffs.length - worked.length)),
    several(3, images, (shown, leftOut) => [
      heading(3, 'Images'),
      ...(shown.length === 0 ? [] : [imageTable(shown)]),
      ...restOf(leftOut, 'image', 'images'),
    ]),
    several(3, restarts, (shown, leftOut) => [
      heading(3, 'Restarts'),
      ...(shown.length === 0 ? [] : [restartTable(shown)]),
      ...restOf(leftOut, 'restart', 'restarts'),
    ]),
    diffSection(plan),
    always(codeBlock([`plan-hash: ${hash}`], 'yaml')),
  ];
}

/** "6 objects stay as they are." */
export function unchangedCount(rest: number): readonly RootContent[] {
  return rest === 0 ? [] : [paragraph(text(`${rest} object${rest === 1 ? ' stays as it is' : 's stay as they are'}.`))];
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
      imageChange(before, after),
    ]),
  );
}

function restartTable(restarts: PlanFact['restarts']): RootContent {
  return table(
    ['workload', 'namespace', 'why'],
    restarts.map(({ workload, reason }) => [formatWorkload(workload), workload.namespace, reason]),
  );
}

/** The diffs, folded for each object. GitHub colours a block of the language "diff". */
function diffSection({ diffs }: PlanFact): Section {
  const told = diffs.filter(({ lines }) => lines.length > 0);
  return several(
    5,
    told,
    (shown, leftOut) => [
      ...shown.flatMap((diff) => folded(titleOf(diff), diff.lines.map(diffText), 'diff')),
      ...(leftOut === 0 ? [] : [paragraph(text(othersIn(leftOut)))]),
    ],
    { mostLetters: LONGEST_DIFFS_LETTERS },
  );
}

function othersIn(leftOut: number): string {
  return leftOut === 1
    ? 'The diff of 1 more object is in the log.'
    : `The diffs of ${leftOut} more objects are in the log.`;
}

function titleOf(diff: ObjectDiff): string {
  const { namespace } = diff.subject;
  return `${verbWord(diff.verb)} ${objectName(diff)}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
