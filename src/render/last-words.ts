import type { CommandResult } from '../ports.ts';
import { TIMEOUT_SECONDS } from './tools.ts';

const MOST_LINES = 6;
const MOST_CHARACTERS = 600;
const ADVICE = /^Use --debug flag to render out invalid YAML$/;

/** What a tool said at its end, from its last "Error:" on, as one line; paths of the workspace are relative to it. */
export function lastWords({ stderr, exitCode, timedOut }: CommandResult, tool: string, workspace: string): string {
  if (timedOut) {
    return `it did not end within ${TIMEOUT_SECONDS} seconds`;
  }
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !ADVICE.test(line));
  const start = lines.findLastIndex((line) => /^error:/i.test(line));
  const words = lines.slice(Math.max(0, start === -1 ? lines.length - 1 : start)).slice(0, MOST_LINES);
  const text = words
    .join(' ')
    .replace(/^error:\s*/i, '')
    .replaceAll(`${workspace}/`, '');
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return short === '' ? `${tool} ended with exit code ${exitCode}` : short;
}
