import type { List, PhrasingContent, RootContent, Table } from 'mdast';
import { oneLine, plainWords } from './markdown-text.ts';
import { visible } from '../values/visible.ts';

/** A part of a page in which no text from outside means anything. HTML stays: only this folder writes it. */
export function tame(node: RootContent): RootContent {
  if (node.type === 'heading' || node.type === 'paragraph') {
    return { ...node, children: tameLine(node.children) };
  }
  if (node.type === 'code') {
    return { ...node, value: visible(node.value) };
  }
  if (node.type === 'list') {
    return tameList(node);
  }
  return node.type === 'table' ? tameTable(node) : node;
}

function tameList(list: List): List {
  const children = list.children.map((item) => ({
    ...item,
    children: item.children.map((child) =>
      child.type === 'paragraph' ? { ...child, children: tameLine(child.children) } : child,
    ),
  }));
  return { ...list, children };
}

function tameTable(table: Table): Table {
  const children = table.children.map((row) => ({
    ...row,
    children: row.children.map((cell) => ({ ...cell, children: tameLine(cell.children) })),
  }));
  return { ...table, children };
}

function tameLine(children: readonly PhrasingContent[]): PhrasingContent[] {
  const nodes: PhrasingContent[] = [];
  for (const node of children.flatMap(tamePhrase)) {
    const last = nodes.at(-1);
    // Two spans of code side by side would be one, with backticks in it.
    if (last?.type === 'inlineCode' && node.type === 'inlineCode') {
      nodes[nodes.length - 1] = { type: 'inlineCode', value: last.value + node.value };
    } else {
      nodes.push(node);
    }
  }
  return nodes;
}

function tamePhrase(node: PhrasingContent): readonly PhrasingContent[] {
  if (node.type === 'text') {
    return plainWords(node.value);
  }
  if (node.type === 'inlineCode') {
    const value = oneLine(node.value);
    // A span of nothing is two backticks, which could begin another span.
    return value.trim() === '' ? plainWords(value) : [{ ...node, value }];
  }
  if (node.type === 'strong') {
    const children = tameLine(node.children);
    return children.length === 0 ? [] : [{ ...node, children }];
  }
  if (node.type === 'link') {
    const children = node.children.map((child) =>
      child.type === 'text' ? { ...child, value: oneLine(child.value) } : child,
    );
    return [{ ...node, children }];
  }
  return [node];
}
