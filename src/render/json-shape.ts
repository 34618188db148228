import { isAlias, isMap, isScalar, visit, type Document, type Node, type Scalar, type YAMLMap } from 'yaml';
import { isMergeKey } from './aliases.ts';
import type { Finding } from '../errors.ts';
import { isKeptByJson } from './exact-number.ts';
import { aliasTooDeep, TOO_DEEP } from './nesting.ts';
import { invalidAt, offsetOf, type Source } from './source.ts';

/**
 * What YAML can say and JSON, which the cluster gets, cannot: keys that are twice there, empty, or no text; numbers that are infinite or lose
 * digits; half characters. Told before aliases are expanded, and also what would then be nested too deep.
 */
export function findNonJson(document: Document, source: Source): readonly Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Node: (_key, node) => {
      if (isMap<Node, Node | null>(node)) {
        findings.push(...findKeyProblems(node, document, source));
      } else if (isScalar(node)) {
        findings.push(...findValueProblems(node, source));
      }
    },
  });
  const deep = document.contents === null ? undefined : aliasTooDeep(document.contents);
  return deep === undefined ? findings : [...findings, invalidAt(source, offsetOf(deep) ?? 0, TOO_DEEP)];
}

function findValueProblems(scalar: Scalar, source: Source): readonly Finding[] {
  const { value } = scalar;
  const offset = offsetOf(scalar) ?? 0;
  if (typeof value === 'string' && !value.isWellFormed()) {
    const hint = String.raw`Characters beyond U+FFFF are two escapes in JSON, "\ud83d\ude80", and one in YAML, "\U0001f680".`;
    return [invalidAt(source, offset, 'the text has half a character (a lone surrogate), which cannot be kept', hint)];
  }
  if (typeof value !== 'number') {
    return [];
  }
  if (!Number.isFinite(value)) {
    return [invalidAt(source, offset, 'the number is infinite or no number at all')];
  }
  if (isKeptByJson(scalar.source ?? String(value), value)) {
    return [];
  }
  const message = `the number ${asInFile(scalar, source)} has more digits than can be kept; put it in quotes if it is text`;
  return [
    invalidAt(source, offset, message, 'What is sent to the cluster is JSON, whose numbers have 17 digits at most.'),
  ];
}

/** Never what a variable holds: that may be a secret. */
function asInFile({ range }: Scalar, { text }: Source): string {
  return range === undefined || range === null ? '' : text.slice(range[0], range[1]);
}

function findKeyProblems(map: YAMLMap<Node, Node | null>, document: Document, source: Source): readonly Finding[] {
  const offsets = new Map<string, number>();
  return map.items.flatMap(({ key: written }) => {
    const offset = offsetOf(written) ?? offsetOf(map) ?? 0;
    if (isMergeKey(written)) {
      return [];
    }
    const key = isAlias(written) ? written.resolve(document) : written;
    if (key === undefined) {
      // Whoever expands the aliases says which anchor is missing.
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
