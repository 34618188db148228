import type { RootContent } from 'mdast';
import { paragraph, renderMarkdown, text } from './markdown.ts';

/** A part of a page. It is made of items that are shown or left out whole, so a page that is cut is still a page. */
export type Section = {
  /** Who gets room first when there is little: the lowest number. */
  readonly rank: number;
  readonly itemCount: number;
  /** Letters that it may have even when the page has room for more. */
  readonly mostLetters: number;
  /** The part of the page that it may have when something has to be left out. */
  readonly mostShare: number;
  /** The section with the items of these indexes; it says itself what is left out, in a sentence. */
  readonly build: (shown: readonly number[]) => readonly RootContent[];
};

/** How long a page may be, and what counts. */
export type PageLimit = { readonly most: number; readonly lengthOf: (markdown: string) => number };

/** GitHub takes comments of 65,536 letters; the marker needs some of them. */
export const COMMENT: PageLimit = { most: 60_000, lengthOf: (markdown) => markdown.length };

/** A summary over 1 MiB is dropped whole by the runner (FileCommandManager.cs). */
export const JOB_SUMMARY: PageLimit = { most: 900_000, lengthOf: (markdown) => Buffer.byteLength(markdown) };

/** What is always there. It has to be short. */
export function always(...blocks: readonly RootContent[]): Section {
  return { rank: 0, itemCount: 0, mostLetters: Infinity, mostShare: 1, build: () => blocks };
}

/** What is shown whole, or is told to be left out: "The phases are in the log only." */
export function whole(rank: number, blocks: readonly RootContent[], sentence: string): Section {
  return several(rank, blocks.length === 0 ? [] : [blocks], (shown, leftOut) => [
    ...shown.flat(),
    ...(leftOut === 0 ? [] : [paragraph(text(sentence))]),
  ]);
}

/** What is shown as far as there is room: rows of a table, folded texts, points of a list. */
export function several<Item>(
  rank: number,
  items: readonly Item[],
  build: (shown: readonly Item[], leftOut: number) => readonly RootContent[],
  { mostLetters = Infinity, mostShare = 1 }: Partial<Pick<Section, 'mostLetters' | 'mostShare'>> = {},
): Section {
  return {
    rank,
    itemCount: items.length,
    mostLetters,
    mostShare,
    build: (indexes) => {
      const wanted = new Set(indexes);
      const shown = items.filter((_item, index) => wanted.has(index));
      return items.length === 0 ? [] : build(shown, items.length - shown.length);
    },
  };
}

/** The page as Markdown. What has no room is left out by whole items, those of the highest rank first, and the page says so. */
export function renderPage(sections: readonly Section[], limit: PageLimit): string {
  const wished = sections.map((section) => ({ section, shown: chooseItems(section, limit, section.mostLetters) }));
  const page = renderMarkdown(wished.flatMap(({ section, shown }) => section.build(shown)));
  if (limit.lengthOf(page) <= limit.most) {
    return page;
  }
  const empty = sections.map((section) => lengthOf(section, [], limit));
  let room = limit.most - empty.reduce((sum, length) => sum + length, 0);
  const chosen = new Map<Section, readonly number[]>();
  for (const section of sections.toSorted((one, other) => one.rank - other.rank)) {
    const least = lengthOf(section, [], limit);
    const shown = chooseItems(
      section,
      limit,
      Math.min(section.mostLetters, section.mostShare * limit.most, room + least),
    );
    chosen.set(section, shown);
    room -= lengthOf(section, shown, limit) - least;
  }
  return renderMarkdown(sections.flatMap((section) => section.build(chosen.get(section) ?? [])));
}

/** Items in their order, without those that are too long for what is left. */
function chooseItems(section: Section, limit: PageLimit, most: number): readonly number[] {
  const all = Array.from({ length: section.itemCount }, (_, index) => index);
  const empty = lengthOf(section, [], limit);
  let room = most - empty;
  let passedOver = 0;
  const take = (items: readonly number[]): readonly number[] => {
    if (items.length === 0 || passedOver > MOST_PASSED_OVER) {
      return [];
    }
    const length = most === Infinity ? 0 : lengthOf(section, items, limit) - empty + BETWEEN;
    if (length <= room) {
      room -= length;
      return items;
    }
    const middle = Math.floor(items.length / 2);
    passedOver += items.length === 1 ? 1 : 0;
    return items.length === 1 ? [] : [...take(items.slice(0, middle)), ...take(items.slice(middle))];
  };
  return take(all);
}

/** After so many items that had no room nothing shorter is looked for. */
const MOST_PASSED_OVER = 20;

/** Blank lines between parts, and more digits in a sentence that counts. */
const BETWEEN = 8;

function lengthOf(section: Section, shown: readonly number[], limit: PageLimit): number {
  const blocks = section.build(shown);
  return blocks.length === 0 ? 0 : limit.lengthOf(renderMarkdown(blocks)) + BETWEEN;
}
