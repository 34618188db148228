/** The last error that buildx printed, without what stands before each of them; else its last line; empty when it said nothing. */
export function lastError(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => /^(ERROR|error):/i.test(line));
  return (errors.at(-1) ?? lines.findLast((line) => line !== '') ?? '').replace(
    /^(ERROR|error):\s*(?:failed to build: )?(?:failed to solve: )?/i,
    '',
  );
}
