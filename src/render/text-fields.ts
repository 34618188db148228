import { isScalar, Scalar, type Document, type Node } from 'yaml';
import type { FieldPath } from '../kube/manifest.ts';
import { fieldsIn } from './fields.ts';

/** Maps whose values are text in all of Kubernetes' own kinds. */
const TEXT_MAPS: readonly unknown[] = ['annotations', 'labels', 'matchLabels', 'nodeSelector'];
const TEXT_MAPS_OF_OBJECT: readonly unknown[] = ['data', 'stringData'];
const TEXT_LISTS: readonly unknown[] = ['args', 'command'];

/**
 * kustomize, and toYaml in a chart, write "${PORT}" without its quotes, and a variable would then become a number. So text with a `$`
 * stays text where nothing else may be, and where the user had it in quotes.
 */
export function keepText(document: Document, isQuoted: (path: FieldPath) => boolean): void {
  for (const { path, value } of fieldsIn(document.contents)) {
    const isUnquoted = isScalar(value) && value.type === Scalar.PLAIN && String(value.value).includes('${');
    if (isUnquoted && (isTextOnly(path) || isQuoted(path))) {
      value.type = Scalar.QUOTE_DOUBLE;
    }
  }
}

export function isQuotedText(node: Node | null | undefined): boolean {
  return isScalar(node) && typeof node.value === 'string' && node.type !== Scalar.PLAIN;
}

function isTextOnly(path: FieldPath): boolean {
  const [field, parent, list] = path.toReversed();
  const isOfMap = TEXT_MAPS.includes(parent) || (path.length === 2 && TEXT_MAPS_OF_OBJECT.includes(parent));
  const isOfList = typeof field === 'number' && TEXT_LISTS.includes(parent);
  return isOfMap || isOfList || (field === 'value' && list === 'env');
}
