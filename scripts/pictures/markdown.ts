import type { Root } from 'mdast';
import { moduleOfPackage } from './installed.ts';

/** A node of HTML (hast), as far as it is looked at here. */
type Html = {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Html[];
};

type Highlighter = {
  flagToScope(flag: string): string | undefined;
  highlight(text: string, scope: string): Html;
};

/** Makes HTML of Markdown as GitHub does: GFM, then its rules for raw HTML, then colours for code. Diagrams are for `draw` of in-page.js. */
export type Renderer = (markdown: string) => string;

export async function openRenderer(): Promise<Renderer> {
  const { fromMarkdown } = await import(moduleOfPackage('mdast-util-from-markdown/index.js'));
  const { gfmFromMarkdown } = await import(moduleOfPackage('mdast-util-gfm/index.js'));
  const { gfm } = await import(moduleOfPackage('micromark-extension-gfm/index.js'));
  const { toHast } = await import(moduleOfPackage('mdast-util-to-hast/index.js'));
  const { raw } = await import(moduleOfPackage('hast-util-raw/index.js'));
  const { sanitize, defaultSchema } = await import(moduleOfPackage('hast-util-sanitize/index.js'));
  const { toHtml } = await import(moduleOfPackage('hast-util-to-html/index.js'));
  const { createStarryNight, common } = await import(moduleOfPackage('@wooorm/starry-night/index.js'));
  const highlighter: Highlighter = await createStarryNight(common);

  return (markdown) => {
    const tree: Root = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
    const html: Html = sanitize(raw(toHast(tree, { allowDangerousHtml: true })), defaultSchema);
    dressCode(html, highlighter);
    return String(toHtml(html));
  };
}

/** Blocks of code: those of a language that is known get its colours, those of Mermaid a place for a diagram. */
function dressCode(node: Html, highlighter: Highlighter): void {
  const [code] = node.tagName === 'pre' ? (node.children ?? []) : [];
  const language = code === undefined ? undefined : languageOf(code);
  if (code === undefined || language === undefined) {
    node.children?.forEach((child) => dressCode(child, highlighter));
    return;
  }
  const text = textOf(code);
  const scope = highlighter.flagToScope(language);
  if (language === 'mermaid') {
    node.tagName = 'section';
    node.properties = { 'data-diagram': '' };
    node.children = [{ type: 'text', value: text }];
  } else if (scope !== undefined) {
    code.children = highlighter.highlight(text, scope).children ?? [];
  }
}

function languageOf({ tagName, properties }: Html): string | undefined {
  const names = properties?.['className'];
  const [name] = tagName === 'code' && Array.isArray(names) ? names : [];
  return typeof name === 'string' && name.startsWith('language-') ? name.slice('language-'.length) : undefined;
}

function textOf({ value, children }: Html): string {
  return value ?? (children ?? []).map(textOf).join('');
}
