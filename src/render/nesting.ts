import { isAlias, isMap, isSeq, type Alias, type CST, type Node } from 'yaml';

/** Far more than any schema nests; everything that walks a document calls itself once or more for each level. */
const MOST_LEVELS = 500;

export const TOO_DEEP = `lists and maps are nested more than ${MOST_LEVELS} deep`;

/** The first value of a document that is nested too deep; the document must then not be composed. */
export function tokenTooDeep(document: CST.Document): CST.Token | undefined {
  let level: readonly CST.Token[] = document.value === undefined ? [] : [document.value];
  for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth += 1) {
    level = level.flatMap(childrenOf);
  }
  return level[0];
}

/** The first alias of a document that is nested too deep together with what it stands for. */
export function aliasTooDeep(root: Node): Alias | undefined {
  const heights = new Map<string, number>();
  let found: Alias | undefined;

  function heightOf(node: Node | null, depth: number): number {
    if (isAlias(node)) {
      const height = heights.get(node.source) ?? 0;
      found ??= depth + height > MOST_LEVELS ? node : undefined;
      return height;
    }
    const height = 1 + nodesIn(node).reduce((most, child) => Math.max(most, heightOf(child, depth + 1)), 0);
    if (node?.anchor !== undefined) {
      heights.set(node.anchor, height);
    }
    return height;
  }

  heightOf(root, 0);
  return found;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (!('items' in token)) {
    return [];
  }
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => child !== undefined && child !== null));
}

function nodesIn(node: Node | null): readonly (Node | null)[] {
  if (isMap<Node, Node | null>(node)) {
    return node.items.flatMap(({ key, value }) => [key, value]);
  }
  return isSeq<Node>(node) ? node.items : [];
}
