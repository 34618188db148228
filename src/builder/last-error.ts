/** What a command of buildx ended with: its last line that says ERROR, else its last line. */
export function lastError(stderr: string): string {
  const lines = stderr.trim().split(/\r?\n/);
  const line = lines.findLast((text) => text.startsWith('ERROR: ')) ?? lines.at(-1) ?? '';
  return line.replace(/^ERROR: /, '').trim();
}
