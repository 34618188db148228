import { visible } from '../values/visible.ts';

/**
 * Text from outside as one line, of which the runner obeys nothing: `::` at its start (after blanks) and `##[` anywhere are commands (actions/runner
 * ActionCommand.cs), a carriage return alone ends a line, and what has no width is skipped when it compares, all by the rules of .NET.
 */
export function harmless(text: string): string {
  return visible(text)
    .replaceAll('\n', ' ')
    .replace(COMMAND, (_whole, before: string) => `${before}: :`)
    .replaceAll(OLD_COMMAND, '# #[');
}

const COMMAND = /^([\s\p{Default_Ignorable_Code_Point}]*):\p{Default_Ignorable_Code_Point}*:/u;
const OLD_COMMAND = /#\p{Default_Ignorable_Code_Point}*#\p{Default_Ignorable_Code_Point}*\[/gu;
