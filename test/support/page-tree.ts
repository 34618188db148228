import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** A page as GitHub's Markdown reads it. */
export function treeOf(markdown: string): Root {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** All nodes below one, in their order. */
export function nodesOf(node: Nodes): readonly Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap(nodesOf) : [])];
}

/** The kinds of nodes, level by level, without what text and spans of code are made of: two pages of one shape have the same. */
export function shapeOf(node: Nodes): string {
  const children = 'children' in node ? node.children.filter((child) => !isWords(child)) : [];
  return `${node.type}${children.length === 0 ? '' : `(${children.map(shapeOf).join(' ')})`}`;
}

function isWords({ type }: Nodes): boolean {
  return type === 'text' || type === 'inlineCode';
}

/** What GitHub looks at for mentions, references, addresses, formulas and emoji: text that is no code, and HTML without its code. */
export function readByGitHub(node: Root): readonly string[] {
  return nodesOf(node).flatMap((one) =>
    one.type === 'text'
      ? [one.value]
      : one.type === 'html'
        ? [one.value.replaceAll(/<code>[^<]*<\/code>/g, ' ').replaceAll(/<[^>]*>/g, ' ')]
        : [],
  );
}

/** HTML that a page may have: what folds something away. */
export const FOLDS = /^(?:<details><summary>(?:[^<>]|<code>[^<>]*<\/code>)*<\/summary>|<\/details>)$/;
