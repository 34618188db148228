/** A line that stays, goes or comes. `index` is its place in the new text, for a line that goes in the old one. */
export type LineEdit = { readonly mark: ' ' | '+' | '-'; readonly index: number };

/** More edits than that are told as one text instead of another: what is kept to find the way grows with their square (4 MB here). */
const MOST_EDITS = 1000;

/**
 * The fewest edits that make one text of another, by E. W. Myers ("An O(ND) Difference Algorithm and Its Variations", 1986). In each
 * place lines go first and come then.
 */
export function lineEdits(before: readonly string[], after: readonly string[]): readonly LineEdit[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) {
    tail += 1;
  }
  const middle = editsBetween(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [
    ...range(head).map((index): LineEdit => ({ mark: ' ', index })),
    ...middle.map(({ mark, index }) => ({ mark, index: index + head })),
    ...range(tail).map((index): LineEdit => ({ mark: ' ', index: after.length - tail + index })),
  ];
}

function editsBetween(before: readonly string[], after: readonly string[]): readonly LineEdit[] {
  const trace = before.length === 0 || after.length === 0 ? undefined : furthestReaches(before, after);
  return trace === undefined
    ? [
        ...range(before.length).map((index): LineEdit => ({ mark: '-', index })),
        ...range(after.length).map((index): LineEdit => ({ mark: '+', index })),
      ]
    : wayBack(trace, before.length, after.length);
}

/** How far one comes with 0, 1, 2, … edits: for each diagonal (old place minus new place) the old place. Undefined when it takes too many. */
function furthestReaches(before: readonly string[], after: readonly string[]): readonly Int32Array[] | undefined {
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= Math.min(before.length + after.length, MOST_EDITS); edits += 1) {
    const reach = new Int32Array(2 * edits + 1);
    trace.push(reach);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let old = startOf(trace, edits, diagonal);
      while (old < before.length && old - diagonal < after.length && before[old] === after[old - diagonal]) {
        old += 1;
      }
      reach[diagonal + edits] = old;
      if (diagonal === before.length - after.length && old >= before.length) {
        return trace;
      }
    }
  }
  return undefined;
}

/** The old place after the last edit, before equal lines are followed. */
function startOf(trace: readonly Int32Array[], edits: number, diagonal: number): number {
  if (edits === 0) {
    return 0;
  }
  return comesFromAbove(trace, edits, diagonal)
    ? reached(trace, edits - 1, diagonal + 1)
    : reached(trace, edits - 1, diagonal - 1) + 1;
}

/** Whether the last edit on the best way to a diagonal adds a line; else it takes one away. */
function comesFromAbove(trace: readonly Int32Array[], edits: number, diagonal: number): boolean {
  return (
    diagonal === -edits ||
    (diagonal !== edits && reached(trace, edits - 1, diagonal - 1) < reached(trace, edits - 1, diagonal + 1))
  );
}

function reached(trace: readonly Int32Array[], edits: number, diagonal: number): number {
  return trace[edits]?.[diagonal + edits] ?? 0;
}

function wayBack(trace: readonly Int32Array[], oldLength: number, newLength: number): readonly LineEdit[] {
  const backwards: LineEdit[] = [];
  let old = oldLength;
  const diagonalAtEnd = oldLength - newLength;
  let diagonal = diagonalAtEnd;
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const start = startOf(trace, edits, diagonal);
    for (; old > start; old -= 1) {
      backwards.push({ mark: ' ', index: old - 1 - diagonal });
    }
    if (edits > 0 && comesFromAbove(trace, edits, diagonal)) {
      backwards.push({ mark: '+', index: old - diagonal - 1 });
      diagonal += 1;
    } else if (edits > 0) {
      backwards.push({ mark: '-', index: old - 1 });
      old -= 1;
      diagonal -= 1;
    }
  }
  return backwards.toReversed();
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
