import { stripVTControlCharacters } from 'node:util';
import type { ExpectedAnswer } from '../values/smoke-test.ts';

/** What came of trying a smoke test once, in words that continue "smoke test …:". */
export type Attempt = {
  /** `hopeless`: another attempt would come to the same. */
  readonly result: 'passed' | 'failed' | 'hopeless';
  readonly text: string;
};

/** A smoke test that is tried again and again. */
export type Trial = {
  /** `secondsLeft` of the time for all tests. Throws `cancelled` and defects only. */
  attempt(secondsLeft: number): Promise<Attempt>;
  /** After the last attempt, whatever came of it. */
  finish(): void;
};

const LONGEST_QUOTE = 200;

/** Names of the statuses that tests come upon; others are told by their number. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Whether an answer is as expected. `body` is undefined where it was not read. */
export function judgeAnswer(status: number, body: string | undefined, expected: ExpectedAnswer): Attempt {
  const [first, last] = expected.statuses;
  const quoted = body === undefined || body.trim() === '' ? '' : `: ${quote(body)}`;
  if (status < first || status > last) {
    return { result: 'failed', text: `${statusText(status)}${quoted}` };
  }
  if (expected.contains === undefined || body?.includes(expected.contains) === true) {
    return { result: 'passed', text: statusText(status) };
  }
  const fault = body === undefined ? 'only the body of a 200 is read' : `the body has not "${expected.contains}"`;
  return { result: 'failed', text: `${statusText(status)}, but ${fault}${quoted}` };
}

/** "503 Service Unavailable" */
export function statusText(status: number): string {
  const name = STATUS_NAMES[status];
  return name === undefined ? String(status) : `${status} ${name}`;
}

/** The beginning of a text from outside, on one line. */
export function quote(text: string): string {
  const line = stripVTControlCharacters(text.slice(0, 4 * LONGEST_QUOTE))
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length <= LONGEST_QUOTE ? line : `${line.slice(0, LONGEST_QUOTE - 1)}…`;
}
