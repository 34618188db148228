import type { FieldPath } from '../kube/manifest.ts';
import type { Origin } from './origin.ts';

type Section = { readonly lines: readonly string[]; readonly firstLine: number };

const KIND = /^kind:\s*(.+?)\s*$/;
const SEPARATOR = /^---(?:\s|$)/;

/**
 * Where a template has what it became. A template is no YAML, so a field is found by its key: it must stand once in the template and once in
 * what it became, else its parent is looked for, and at last the kind. No line when the template has several objects of that kind, or has
 * the kind from elsewhere.
 */
export function originInTemplate(file: string, template: string, rendered: string): Origin {
  const renderedLines = rendered.split('\n');
  const kind = kindIn(renderedLines);
  const [section, ...others] = sectionsOf(template).filter(({ lines }) => kind !== undefined && kindIn(lines) === kind);
  return {
    file,
    isQuoted: () => false,
    lineOf: (path) => {
      if (section === undefined || others.length > 0) {
        return undefined;
      }
      const key = keysOf(path).find((key) => [renderedLines, section.lines].every((lines) => hasOnce(lines, key)));
      return key === undefined ? undefined : section.firstLine + section.lines.findIndex((line) => isOfKey(line, key));
    },
  };
}

/** The keys on the way to a field, from the field up; the kind stands for the object. */
function keysOf(path: FieldPath): readonly string[] {
  return ['kind', ...path.filter((step) => typeof step === 'string')].toReversed();
}

function kindIn(lines: readonly string[]): string | undefined {
  return lines.map((line) => KIND.exec(line)?.[1]).find((kind) => kind !== undefined);
}

/** The documents of the template, each with the line of the file that it starts in. */
function sectionsOf(template: string): readonly Section[] {
  const lines = template.split('\n');
  const starts = [0, ...lines.flatMap((line, index) => (SEPARATOR.test(line) ? [index + 1] : []))];
  return starts.map((start, order) => ({ lines: lines.slice(start, starts[order + 1]), firstLine: start + 1 }));
}

function hasOnce(lines: readonly string[], key: string): boolean {
  return lines.filter((line) => isOfKey(line, key)).length === 1;
}

/** `key:`, `"key":` and `- key:`. */
function isOfKey(line: string, key: string): boolean {
  const text = line.trimStart().replace(/^(?:- +)+/, '');
  return [`${key}:`, `"${key}":`, `'${key}':`].some((start) => text.startsWith(start));
}
