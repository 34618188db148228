import type { BlockContent, PhrasingContent, Root, RootContent, TableRow } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown, type Options } from 'mdast-util-to-markdown';
import { htmlWords } from './markdown-text.ts';
import { tame } from './tame.ts';

/** Pieces of a Markdown document. All text is made harmless where it is rendered, so no log line or name can break the page or call for people. */

export type Cell = string | readonly PhrasingContent[];

export function heading(depth: 2 | 3, text: string): RootContent {
  return { type: 'heading', depth, children: [{ type: 'text', value: text }] };
}

export function paragraph(...children: readonly PhrasingContent[]): BlockContent {
  return { type: 'paragraph', children: [...children] };
}

export function text(value: string): PhrasingContent {
  return { type: 'text', value };
}

export function strong(value: string): PhrasingContent {
  return { type: 'strong', children: [{ type: 'text', value }] };
}

export function code(value: string): PhrasingContent {
  return { type: 'inlineCode', value };
}

/** A link, or mere words for what is no address of the web. */
export function link(url: string, words: string = url): PhrasingContent {
  const address = URL.parse(url);
  return address === null || !/^https?:$/.test(address.protocol)
    ? { type: 'text', value: words }
    : { type: 'link', url: address.href, children: [{ type: 'text', value: words }] };
}

export function codeBlock(lines: readonly string[], language?: string): BlockContent {
  return { type: 'code', lang: language ?? null, value: lines.join('\n') };
}

/** Lines that are folded away under a title. */
export function folded(title: string, lines: readonly string[], language?: string): readonly RootContent[] {
  return foldedBlocks(title, [codeBlock(lines, language)]);
}

export function foldedBlocks(title: string, blocks: readonly RootContent[]): readonly RootContent[] {
  return [
    { type: 'html', value: `<details><summary>${htmlWords(title)}</summary>` },
    ...blocks,
    { type: 'html', value: '</details>' },
  ];
}

/** Markdown that was rendered here, as it is. */
export function rendered(markdown: string): RootContent {
  return { type: 'html', value: markdown.trimEnd() };
}

export function bullets(items: readonly (readonly PhrasingContent[])[]): BlockContent {
  return {
    type: 'list',
    spread: false,
    children: items.map((children) => ({
      type: 'listItem',
      spread: false,
      children: [{ type: 'paragraph', children: [...children] }],
    })),
  };
}

export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): RootContent {
  return { type: 'table', children: [header, ...rows].map(tableRow) };
}

const OPTIONS: Options = {
  extensions: [
    gfmTableToMarkdown({ tablePipeAlign: false }),
    // Two tildes strike through (GFM), which the library knows nothing of.
    { unsafe: [{ character: '~', inConstruct: 'phrasing' }] },
  ],
  bullet: '-',
};

export function renderMarkdown(children: readonly RootContent[]): string {
  const root: Root = { type: 'root', children: children.map(tame) };
  return toMarkdown(root, OPTIONS);
}

function tableRow(cells: readonly Cell[]): TableRow {
  return {
    type: 'tableRow',
    children: cells.map((cell) => ({
      type: 'tableCell',
      children: typeof cell === 'string' ? [{ type: 'text', value: cell }] : [...cell],
    })),
  };
}
