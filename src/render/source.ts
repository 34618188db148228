import type { LineCounter, Node } from 'yaml';
import type { Finding } from '../errors.ts';

/** The text of one file, and where its lines are. */
export type Source = {
  readonly file: string;
  readonly text: string;
  readonly lineAt: (offset: number) => number;
};

export function sourceOf(file: string, text: string, lines: LineCounter): Source {
  return { file, text, lineAt: (offset) => Math.max(1, lines.linePos(offset).line) };
}

/** Where a node starts; nodes that were not in the text have no place. */
export function offsetOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}

/** Something wrong with the file at an offset. */
export function invalidAt(source: Source, offset: number, message: string, hint?: string): Finding {
  return {
    code: 'manifest-invalid',
    problem: { message, hint: hint ?? hintForLine(source, offset), file: source.file, line: source.lineAt(offset) },
  };
}

function hintForLine(source: Source, offset: number): string | undefined {
  const start = source.text.lastIndexOf('\n', offset - 1) + 1;
  const [line = ''] = source.text.slice(start).split('\n', 1);
  if (line.includes('{{')) {
    return 'This looks like a template of a Helm chart: name the folder that has its Chart.yaml, not the template.';
  }
  if (line.includes('${')) {
    return 'Put text with ${…} in quotes where it stands in [ ] or { }, or has ": " or " #" in it.';
  }
  return undefined;
}
