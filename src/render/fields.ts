import { isMap, isScalar, isSeq, Pair, Scalar, YAMLMap, type Node } from 'yaml';
import type { Edit, FieldPath } from '../kube/manifest.ts';
import { offsetOf } from './source.ts';

type Field = { readonly offset: number | undefined; readonly value: Node | null };

/** Where the field at the path starts in the text, or its nearest parent that is there. */
export function offsetOfField(root: Node, path: FieldPath): number {
  let offset = offsetOf(root) ?? 0;
  let node: Node | null = root;
  for (const step of path) {
    const field: Field | undefined = fieldOf(node, step);
    if (field === undefined) {
      break;
    }
    offset = field.offset ?? offset;
    node = field.value;
  }
  return offset;
}

function fieldOf(node: Node | null, step: string | number): Field | undefined {
  if (isMap<Node, Node | null>(node)) {
    const pair = pairOf(node, step);
    return pair && { offset: offsetOf(pair.key) ?? offsetOf(pair.value), value: pair.value };
  }
  if (isSeq<Node>(node) && typeof step === 'number') {
    const item = node.items[step];
    return item && { offset: offsetOf(item), value: item };
  }
  return undefined;
}

/** Keys are compared as text, because that is what they are in JSON. */
function pairOf(map: YAMLMap<Node, Node | null>, step: string | number): Pair<Node, Node | null> | undefined {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
}

/** Sets or adds the field; maps on the way to it are made where they are missing, items of lists are not. */
export function setField(root: Node, { path, value }: Edit): void {
  const [step, ...rest] = path;
  if (step === undefined) {
    throw new Error('an edit needs the path of a field');
  }
  if (isSeq<Node>(root) && typeof step === 'number' && root.items[step] !== undefined) {
    root.items[step] = edited(root.items[step], rest, value);
    return;
  }
  if (!isMap<Node, Node | null>(root)) {
    throw new Error(`there is nothing to edit at "${step}"`);
  }
  const pair = pairOf(root, step);
  if (pair === undefined) {
    root.items.push(new Pair<Node, Node | null>(new Scalar(step), edited(null, rest, value)));
  } else {
    pair.value = edited(pair.value, rest, value);
  }
}

function edited(node: Node | null, path: FieldPath, value: Edit['value']): Node {
  if (path.length === 0) {
    return scalarInPlaceOf(node, value);
  }
  const parent = isMap(node) || isSeq(node) ? node : new YAMLMap();
  setField(parent, { path, value });
  return parent;
}

/** Keeps the place, the comments and, for text, the quotes. */
function scalarInPlaceOf(node: Node | null, value: Edit['value']): Scalar {
  const scalar = new Scalar(value);
  if (isScalar(node)) {
    scalar.range = node.range ?? null;
    scalar.comment = node.comment ?? null;
    scalar.commentBefore = node.commentBefore ?? null;
    if (node.type !== undefined && typeof node.value === 'string' && typeof value === 'string') {
      scalar.type = node.type;
    }
  }
  return scalar;
}
