import { stripVTControlCharacters } from 'node:util';

/** Text of the cluster and of applications, made fit to be shown. */

const LONGEST_SENTENCE = 300;
const LONGEST_LOG_LINE = 500;

/** On one line, without colours, and no longer than a sentence. */
export function oneLine(text: string, longest = LONGEST_SENTENCE): string {
  return shorten(withoutUserNames(plain(text)).replace(/\s+/g, ' ').trim(), longest);
}

/** The lines of a log that have something on them, indented as they were. */
export function logLines(text: string): readonly string[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => shorten(withoutUserNames(plain(line)).trimEnd(), LONGEST_LOG_LINE))
    .filter((line) => line.trim() !== '');
}

/** What is left when all that differs from pod to pod and from time to time is taken away: the same for the same cause. */
export function sameForAll(message: string, podName: string): string {
  const name = new RegExp(`(?<![a-z0-9.-])${podName.replaceAll('.', String.raw`\.`)}(?![a-z0-9-])`, 'g');
  return (podName === '' ? message : message.replaceAll(name, ''))
    .replace(/\(combined from similar events\): /, '')
    .replaceAll(/pods? "?[\w.-]+"?/gi, 'pod')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '#')
    .replaceAll(/\d+/g, '#');
}

function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, '');
}

/** Docker Hub names the account whose limit is used up, and the id of its token. */
function withoutUserNames(text: string): string {
  return text.replaceAll(/(rate limit as) '[^']*'(: dckr_[\w=-]+)?/gi, "$1 '***'");
}

function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
