import { lineEdits, type LineEdit } from './line-edits.ts';
import type { YamlLine } from './yaml-lines.ts';

/** One line of a diff. `@` begins a part, and its text is the path of what changes first in it. */
export type DiffLine = { readonly mark: ' ' | '+' | '-' | '@'; readonly text: string };

const LINES_AROUND = 3;

/** What differs between two texts, with the lines around; nothing when they are equal. */
export function hunks(before: readonly YamlLine[], after: readonly YamlLine[]): readonly DiffLine[] {
  const edits = lineEdits(before.map(textOf), after.map(textOf));
  const shown = indexesShown(edits);
  return edits.flatMap((edit, index): readonly DiffLine[] => {
    if (!shown.has(index)) {
      return [];
    }
    const line = { mark: edit.mark, text: lineOf(edit, before, after)?.text ?? '' };
    return shown.has(index - 1) ? [line] : [{ mark: '@', text: pathFrom(index, edits, before, after) }, line];
  });
}

/** A text that is new, or goes, as a whole. */
export function wholeText(mark: '+' | '-', lines: readonly YamlLine[]): readonly DiffLine[] {
  return lines.map(({ text }) => ({ mark, text }));
}

function indexesShown(edits: readonly LineEdit[]): ReadonlySet<number> {
  const shown = new Set<number>();
  for (const [index, { mark }] of edits.entries()) {
    const last = mark === ' ' ? -1 : Math.min(index + LINES_AROUND, edits.length - 1);
    for (let near = Math.max(index - LINES_AROUND, 0); near <= last; near += 1) {
      shown.add(near);
    }
  }
  return shown;
}

function pathFrom(
  start: number,
  edits: readonly LineEdit[],
  before: readonly YamlLine[],
  after: readonly YamlLine[],
): string {
  const changed = edits.slice(start, start + LINES_AROUND + 1).find(({ mark }) => mark !== ' ');
  const path = changed === undefined ? undefined : lineOf(changed, before, after)?.path;
  return path === undefined || path === '' ? 'the object itself' : path;
}

function lineOf(edit: LineEdit, before: readonly YamlLine[], after: readonly YamlLine[]): YamlLine | undefined {
  return (edit.mark === '-' ? before : after)[edit.index];
}

function textOf({ text }: YamlLine): string {
  return text;
}
