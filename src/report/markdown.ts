import type { BlockContent, PhrasingContent, Root, RootContent, TableRow } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';

/** Pieces of a Markdown document. All text is escaped by the library that writes it, so no log line or name can break the page. */

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

export function codeBlock(lines: readonly string[], language?: string): BlockContent {
  return { type: 'code', lang: language ?? null, value: lines.join('\n') };
}

/** Lines that are folded away under a title. */
export function folded(title: string, lines: readonly string[]): readonly RootContent[] {
  return [
    { type: 'html', value: `<details><summary>${escapeHtml(title)}</summary>` },
    codeBlock(lines),
    { type: 'html', value: '</details>' },
  ];
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

export function renderMarkdown(children: readonly RootContent[]): string {
  const root: Root = { type: 'root', children: [...children] };
  return toMarkdown(root, { extensions: [gfmTableToMarkdown({ tablePipeAlign: false })], bullet: '-' });
}

/** The library writes HTML as it is given. A line break would let Markdown begin again. */
function escapeHtml(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\r\n]+/g, ' ');
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
