import assert from 'node:assert/strict';
import { FOLDS, nodesOf, readByGitHub, treeOf } from './page-tree.ts';

/** What GitHub makes something of, outside of code: mentions, references, addresses, formulas, emoji. */
export const MEANT_BY_GITHUB =
  /(?:^|\W)@[a-z0-9]|#\d|\bGH-\d|https?:\/\/|www\.|[\w.]+@[\w.]+\.\w|\$|:(?:tada|\+1|100):/i;

/** What nobody sees and what turns or cuts the text that one does see. */
export const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u200b\u2060\ufeff\u00ad\ud800-\udfff](?<![\t\n])/u;

/** The kinds of nodes that a page of ours is made of. */
const OURS: readonly string[] =
  'root heading paragraph text inlineCode code strong link html list listItem table tableRow tableCell'.split(' ');

/**
 * Fails when a page is not whole as GitHub reads it, or says something to GitHub or to anybody: HTML that is no fold, a mention outside of code, a
 * row with other cells than its header, a link to no place of the web, hidden letters. `markdown` may begin with the marker of a comment.
 */
export function assertTamePage(markdown: string): void {
  const tree = treeOf(markdown.replace(/^<!-- k8s-deploy: [^<>\n]* -->\n/, ''));
  const nodes = nodesOf(tree);
  // GitHub makes nothing of the words of a link, as of those of code.
  const linked = nodes.flatMap((node) =>
    node.type === 'link' ? readByGitHub({ type: 'root', children: [node] }) : [],
  );
  const found = {
    foreign: nodes.map(({ type }) => type).filter((type) => !OURS.includes(type)),
    html: nodes.flatMap((node) => (node.type === 'html' && !FOLDS.test(node.value) ? [node.value] : [])),
    meant: readByGitHub(tree).filter((words) => MEANT_BY_GITHUB.test(words) && !linked.includes(words)),
    rows: nodes.flatMap((node) =>
      node.type === 'table'
        ? node.children.filter((row) => row.children.length !== node.children[0]?.children.length)
        : [],
    ),
    links: nodes.flatMap((node) => (node.type === 'link' && !/^https?:\/\//.test(node.url) ? [node.url] : [])),
  };
  assert.deepEqual(found, { foreign: [], html: [], meant: [], rows: [], links: [] }, markdown);
  const folds = nodes.flatMap((node) => (node.type === 'html' ? [node.value.startsWith('<details>') ? 1 : -1] : []));
  assert.equal(
    folds.reduce((sum, step) => sum + step, 0),
    0,
    'folds that are open at the end',
  );
  assert.doesNotMatch(markdown, HIDDEN);
}
