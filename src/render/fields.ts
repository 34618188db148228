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

/** The path of the last field that starts in the line, or before it when none does. */
export function fieldAtLine(root: Node, line: number, lineAt: (offset: number) => number): FieldPath {
  let path: FieldPath = [];
  for (const field of fieldsIn(root)) {
    const offset = offsetOf(field.start);
    if (offset !== undefined && lineAt(offset) > line) {
      break;
    }
    path = field.path;
  }
  return path;
}

/** The value of the field at the path, where there is one. */
export function nodeAt(root: Node, path: FieldPath): Node | null | undefined {
  return path.reduce<Node | null | undefined>((node, step) => (node ? fieldOf(node, step)?.value : undefined), root);
}

type FieldInText = { readonly path: FieldPath; readonly start: Node; readonly value: Node | null };

/** Every field below the node, in the order of the text; `start` is its key, or the item of a list itself. */
export function* fieldsIn(root: Node | null, path: FieldPath = []): Generator<FieldInText> {
  const items = isSeq<Node>(root) ? root.items.map((item, index) => [index, item, item] as const) : [];
  const pairs = isMap<Node, Node | null>(root)
    ? root.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', key, value] as const)
    : [];
  for (const [step, start, value] of [...items, ...pairs]) {
    yield { path: [...path, step], start, value };
    yield* fieldsIn(value, [...path, step]);
  }
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
