import { isJsonObject, textAt, type JsonObject } from '../../src/values/json.ts';

/** One line that act printed, as far as the demo is concerned. */
export type Entry =
  | { readonly kind: 'phase'; readonly title: string; readonly text: string }
  | { readonly kind: 'output'; readonly name: string; readonly value: string; readonly text: string }
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'chatter'; readonly text: string };

/** Reads a line of `act --json`. In `text` act has hidden the secrets; its other fields hold them. */
export function readEntry(line: string): Entry {
  const entry = parse(line);
  if (entry === undefined) return { kind: 'chatter', text: line };
  const text = (textAt(entry, 'msg') ?? '').trimEnd();
  const command = textAt(entry, 'command');
  if (command === 'group') return { kind: 'phase', title: textAt(entry, 'arg') ?? '', text };
  if (command === 'set-output') {
    return { kind: 'output', name: textAt(entry, 'name') ?? '', value: textAt(entry, 'arg') ?? '', text };
  }
  return { kind: entry['raw_output'] === true ? 'printed' : 'chatter', text };
}

/** The sentence in which k8s-deploy says how it went. */
export function verdictIn(entries: readonly Entry[]): string {
  const verdict = entries.findLast(
    ({ kind, text }) => kind === 'printed' && /^(succeeded|failed|timed-out|unknown|cancelled): /.test(text),
  );
  return verdict?.text ?? 'no verdict';
}

function parse(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
