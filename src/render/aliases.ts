import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Pair,
  Scalar,
  visit,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';
import type { Finding } from '../errors.ts';
import { invalidAt, offsetOf, type Source } from './source.ts';

/** More than any real set of manifests repeats; a document that nests aliases to explode stops here. */
const MOST_COPIED_NODES = 50_000;

type Expansion = { readonly anchors: Map<string, Node>; copied: number };

class AliasError extends Error {
  readonly node: Node;

  constructor(node: Node, message: string) {
    super(message);
    this.node = node;
  }
}

/**
 * Replaces every alias and merge key of the document by a copy of what it stands for, so that a later change of one field changes
 * that field only. The copies keep the place of the original.
 */
export function expandAliases(document: Document, source: Source): readonly Finding[] {
  if (document.contents === null) {
    return [];
  }
  try {
    document.contents = expanded(document.contents, { anchors: new Map(), copied: 0 });
    return [];
  } catch (error) {
    if (error instanceof AliasError) {
      return [invalidAt(source, offsetOf(error.node) ?? 0, error.message)];
    }
    throw error;
  }
}

/** `<<` without quotes, as a key. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN;
}

function expanded(node: Node, expansion: Expansion): Node {
  if (isAlias(node)) {
    return copyOf(node, node.source, expansion);
  }
  if (isMap<Node, Node | null>(node)) {
    expandMap(node, expansion);
  } else if (isSeq(node)) {
    node.items = node.items.map((item) => (isNode(item) ? expanded(item, expansion) : item));
  }
  // An anchor is known from its end on: one that contains itself is unknown, as it is for kubectl.
  if (!isAlias(node) && node.anchor !== undefined) {
    expansion.anchors.set(node.anchor, node);
    delete node.anchor;
  }
  return node;
}

function copyOf(alias: Node, anchor: string, expansion: Expansion): Node {
  const target = expansion.anchors.get(anchor);
  if (target === undefined) {
    throw new AliasError(alias, `the alias *${anchor} has no anchor &${anchor} before it`);
  }
  visit(target, () => {
    expansion.copied += 1;
  });
  if (expansion.copied > MOST_COPIED_NODES) {
    throw new AliasError(alias, `the aliases stand for more than ${MOST_COPIED_NODES} values`);
  }
  const copy = target.clone();
  if (!isNode(copy)) {
    throw new Error('the copy of a node is a node');
  }
  copy.comment = alias.comment ?? null;
  copy.commentBefore = alias.commentBefore ?? null;
  return copy;
}

/** Like go-yaml v2, what comes later wins: a merge key overrides the keys before it and is overridden by those after it. */
function expandMap(map: YAMLMap<Node, Node | null>, expansion: Expansion): void {
  const pairs = new Map<string, Pair<Node, Node | null>>();
  for (const pair of map.items) {
    const value = pair.value === null ? null : expanded(pair.value, expansion);
    const merged = isMergeKey(pair.key) ? mergedPairs(pair.key, value) : [];
    for (const each of merged) {
      pairs.set(String(each.key), each);
    }
    if (!isMergeKey(pair.key)) {
      const key = expanded(pair.key, expansion);
      pairs.set(String(key), new Pair(key, value));
    }
  }
  map.items = [...pairs.values()];
}

function mergedPairs(key: Node, value: Node | null): readonly Pair<Node, Node | null>[] {
  if (isMap<Node, Node | null>(value)) {
    return value.items;
  }
  if (isSeq<Node>(value)) {
    // Within a list of merged maps the first one wins.
    return value.items.toReversed().flatMap((item) => mergedPairs(key, isSeq(item) ? null : item));
  }
  throw new AliasError(key, 'the merge key << needs a map, or a list of maps');
}
