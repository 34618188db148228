import { stripVTControlCharacters } from 'node:util';

const LONGEST_QUOTE = 300;

/** "main.go:10:17: …", "Server.java:[7,41] …", "app.ts(3,5): …", "Server.java:7: error: …": where compilers say that something is wrong. */
const PLACE = /(?:^|\s)\S*\.[A-Za-z]\w*(?::\d+:\d+|:\[\d+,\d+\]|\(\d+,\d+\)|:\d+: error)[: ]/;
const WARNING = /\bwarning\b/i;
const ERROR = /^(?:\[ERROR\]|(?:error|fatal|failed)\b)/i;
/** What Maven says below each of its errors. */
const ADVICE = /\[Help \d+\] http|-e switch|-X switch|^\[ERROR\](?:$|\s*(?:For more information|-> \[Help))/;

/**
 * The line of a program that failed that tells most about why: the first place in a source file, else the last line that begins like an
 * error, else the last one that says anything. Paths in the workspace are relative to it. Empty when it printed nothing.
 */
export function tellingLine(lines: readonly string[], workspace: string): string {
  const said = lines
    .map((line) => stripVTControlCharacters(line).trim())
    .filter((line) => /\w/.test(line) && !ADVICE.test(line));
  const place = said.find((line) => PLACE.test(line) && !WARNING.test(line));
  const line = place ?? said.findLast((each) => ERROR.test(each)) ?? said.at(-1) ?? '';
  return line
    .replace(/^\[ERROR\]\s*/, '')
    .replace(/ -> \[Help \d+\]$/, '')
    .replaceAll(`${workspace}/`, '')
    .slice(0, LONGEST_QUOTE);
}
