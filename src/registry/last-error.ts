const BEGINNING = /^(?:ERROR|error):\s*(?:failed to build: )?(?:failed to solve: )?/i;

/**
 * The last error that buildx printed, without what stands before each of them; else its last line; empty when it said nothing. A registry that
 * has several complaints is told as "errors:" with a line for each: those are part of it.
 */
export function lastError(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const last = lines.findLastIndex((line) => BEGINNING.test(line));
  if (last === -1) {
    return lines.findLast((line) => line !== '') ?? '';
  }
  const error = (lines[last] ?? '').replace(BEGINNING, '');
  return error.endsWith(': errors:') ? [error, complaintsAfter(last, lines).join('; ')].join(' ').trim() : error;
}

function complaintsAfter(index: number, lines: readonly string[]): readonly string[] {
  const rest = lines.slice(index + 1);
  const end = rest.indexOf('');
  return end === -1 ? rest : rest.slice(0, end);
}
