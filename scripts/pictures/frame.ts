import { readFileSync } from 'node:fs';
import { fileOfPackage } from './installed.ts';

/** Where GitHub shows it: on the page of a run, or in the conversation of a pull request. */
export type Place = 'summary' | 'comment';

const WIDTHS: Readonly<Record<Place, number>> = { summary: 900, comment: 800 };

const HEADERS: Readonly<Record<Place, string>> = {
  summary: '<strong>deploy</strong> summary',
  comment: '<strong>github-actions</strong> <span class="bot">bot</span> commented now',
};

/** The boxes around Markdown on GitHub's pages; their measures and colours are those of its light theme. */
const BOXES = `
  body { margin: 0; background: #fff; }
  .box { margin: 16px; border: 1px solid #d1d9e0; border-radius: 6px; background: #fff; }
  .header { padding: 8px 16px; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; background: #f6f8fa;
    color: #59636e; font: 14px/21px -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
  .header strong { color: #1f2328; }
  .bot { padding: 0 6px; border: 1px solid #d1d9e0; border-radius: 2em; font-size: 12px; }
  .markdown-body { padding: 16px; }
  .comment .markdown-body { font-size: 14px; }
  .summary .markdown-body { padding: 24px; }
  [data-diagram] { margin-bottom: 16px; text-align: center; }
`;

/** The whole page, without any script: those are added when nothing of the page can act any more. */
export function framed(body: string, place: Place): string {
  const style = readFileSync(fileOfPackage('github-markdown-css/github-markdown-light.css'), 'utf8');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${place}</title><style>${style}${BOXES}</style></head>
<body><div class="box ${place}"><div class="header">${HEADERS[place]}</div>
<div class="markdown-body">${body}</div></div></body></html>`;
}

/** Of the window: the box and what is around it. */
export function widthOf(place: Place): number {
  return WIDTHS[place] + 32;
}
