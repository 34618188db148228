/** Lines of stack traces and their decoration: they say where, and not what. */
const FRAME = /^at |^Node\.js v|^[\^~]+$|^goroutine \d+|^File ".*", line \d+|^\.\.\. \d+ more$/;
const NAMED = /^(\w*(Error|Exception)\b|panic:|fatal\b)/i;
const SPOKEN = /error|exception|panic|fatal|failed|cannot|denied|refused|not (set|found)|missing/i;

/**
 * The log line that most likely says why a process ended: the last one that speaks of an error and is not a line of a stack trace, else
 * the last line of all.
 */
export function tellingLine(log: readonly string[]): string | undefined {
  const spoken = log.map((line) => line.trim()).filter((line) => line !== '' && !FRAME.test(line));
  return spoken.findLast((line) => NAMED.test(line)) ?? spoken.findLast((line) => SPOKEN.test(line)) ?? spoken.at(-1);
}
