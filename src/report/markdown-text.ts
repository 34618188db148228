import type { PhrasingContent } from 'mdast';
import { visible } from '../values/visible.ts';

/**
 * What GitHub makes of words beside Markdown: mentions, which notify people, references and addresses, which leave a trace on what they
 * name, formulas and emoji. In a span of code it makes nothing of them, and they can still be copied.
 */
const MEANT_BY_GITHUB =
  /@[a-z0-9]|#\d|(?<![a-z])gh-\d|(?:https?|ftp):\/\/|www\.|(?:mailto|xmpp):|\$|:(?:[a-z+-][\w+-]*|100|1234):/i;

/** One line of text as nodes: words that GitHub would take for something are spans of code. */
export function plainWords(value: string): readonly PhrasingContent[] {
  const nodes: PhrasingContent[] = [];
  for (const piece of oneLine(value).split(/(\s+)/)) {
    const last = nodes.at(-1);
    if (MEANT_BY_GITHUB.test(piece)) {
      nodes.push({ type: 'inlineCode', value: piece });
    } else if (last?.type === 'text') {
      nodes[nodes.length - 1] = { type: 'text', value: last.value + piece };
    } else if (piece !== '') {
      nodes.push({ type: 'text', value: piece });
    }
  }
  return nodes;
}

/** The same in the inside of an HTML element. */
export function htmlWords(value: string): string {
  return plainWords(value)
    .map((node) => (node.type === 'inlineCode' ? `<code>${escaped(node.value)}</code>` : escaped(wordsOf(node))))
    .join('');
}

export function oneLine(value: string): string {
  return visible(value).replaceAll(/\s*\n\s*/g, ' ');
}

function wordsOf(node: PhrasingContent): string {
  return node.type === 'text' ? node.value : '';
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
