/** Shorter lines of a key file are its brackets: whoever hides those hides half of the log. */
const SHORTEST_LINE = 8;

/** A secret and each of its lines: the runner masks line by line. */
export function linesOfSecret(secret: string): readonly string[] {
  const lines = secret
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE);
  return [...new Set([secret, ...lines])].filter((text) => text.trim() !== '');
}
