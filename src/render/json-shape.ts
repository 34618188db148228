import { isAlias, isMap, isScalar, visit, type Document, type Node, type YAMLMap } from 'yaml';
import { isMergeKey } from './aliases.ts';
import type { Finding } from './findings.ts';
import { invalidAt, offsetOf, type Source } from './source.ts';

/** What YAML can say and JSON, which the cluster gets, cannot: keys that are twice there, empty, or no text; infinite numbers. */
export function findNonJson(document: Document, source: Source): readonly Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Node: (_key, node) => {
      if (isMap<Node, Node | null>(node)) {
        findings.push(...findKeyProblems(node, source));
      } else if (isScalar(node) && typeof node.value === 'number' && !Number.isFinite(node.value)) {
        findings.push(invalidAt(source, offsetOf(node) ?? 0, 'the number is infinite or no number at all'));
      }
    },
  });
  return findings;
}

function findKeyProblems(map: YAMLMap<Node, Node | null>, source: Source): readonly Finding[] {
  const offsets = new Map<string, number>();
  return map.items.flatMap(({ key }) => {
    const offset = offsetOf(key) ?? offsetOf(map) ?? 0;
    if (isAlias(key) || isMergeKey(key)) {
      return [];
    }
    if (!isScalar(key)) {
      return [invalidAt(source, offset, 'a list or a map cannot be a key')];
    }
    if (key.value === null) {
      return [invalidAt(source, offset, 'the key is empty')];
    }
    const text = key.toString();
    const earlier = offsets.get(text);
    offsets.set(text, earlier ?? offset);
    return earlier === undefined
      ? []
      : [invalidAt(source, offset, `the key "${text}" is already there in line ${source.lineAt(earlier)}`)];
  });
}
