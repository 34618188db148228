/** What is tried after the rollout, until it is as expected or the time for it is over. `text` is the line of the user. */
export type SmokeTest =
  /** Through the API server's proxy, so that it works wherever the cluster can be reached. 200 to 299 are good unless said otherwise. */
  | {
      readonly kind: 'service';
      readonly text: string;
      readonly service: string;
      readonly port: string;
      /** With its leading slash. */
      readonly path: string;
      readonly expected: ExpectedAnswer;
    }
  /** From the runner, which follows redirects. 200 to 399 are good unless said otherwise. */
  | { readonly kind: 'url'; readonly text: string; readonly url: string; readonly expected: ExpectedAnswer }
  /** A program of the workspace or of PATH with its arguments; no shell. */
  | { readonly kind: 'command'; readonly text: string; readonly words: readonly string[] };

export type ExpectedAnswer = {
  /** First and last status that is good. */
  readonly statuses: readonly [number, number];
  /** The body must have this text. */
  readonly contains: string | undefined;
};

const TLS_PORTS: readonly string[] = ['443', '8443', 'https'];

/** "server:8080", or "https:server:443": a Service as its proxy's URL has it, and a Role that names it. Ports 443, 8443 and https are asked by TLS. */
export function proxiedName({ service, port }: { readonly service: string; readonly port: string }): string {
  return `${TLS_PORTS.includes(port) ? 'https:' : ''}${service}:${port}`;
}

const SERVICE = /^(?:service|svc)\/([^/:]+):([^/:?#]+)(\/\S*)?$/;
const SERVICE_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/;

/** What may be in the path and the query of a URL (RFC 3986). */
const PATH = /^\/[\w\-.~!$&'()*+,;=:@%/?]*$/;

const FORMS =
  'service/<name>:<port>/<path>, https://<host>/<path> (each may be followed by status=200 or status=200-399, and by contains=<text>), or run <program> <arguments>';

/**
 * A line of the input:
 *
 * - `service/server:8080/health` or `svc/server:http/health`, then `status=200` or `status=200-299`, then `contains=` with a text to the
 *   end of the line; both may be left out. Without a status, 200 to 299 are good.
 * - `https://app.example.com/health`, with the same options. Without a status, 200 to 399 are good.
 * - `run scripts/smoke.sh --fast`: a program and its arguments, split at blanks; '…' and "…" keep blanks together.
 *
 * Throws an Error for anything else.
 */
export function parseSmokeTest(line: string): SmokeTest {
  const text = line.trim();
  const [, target = '', options = ''] = /^(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (target === 'run') {
    return parseCommand(text, options);
  }
  if (/^https?:\/\//i.test(target)) {
    return parseUrl(text, target, options);
  }
  const [, service, port, path = '/'] = SERVICE.exec(target) ?? [];
  if (service === undefined || port === undefined) {
    throw new Error(`"${target}" is not a smoke test: ${FORMS}`);
  }
  return { kind: 'service', text, ...parseService(service, port, path), expected: parseExpected(options, [200, 299]) };
}

function parseCommand(text: string, commandLine: string): SmokeTest {
  const words = splitWords(commandLine);
  if (words[0] === undefined || words[0] === '') {
    throw new Error('run has no program: give it like "run scripts/smoke.sh --fast"');
  }
  return { kind: 'command', text, words };
}

/** Quotes may be a part of a word, as in --name='a b'. Nothing else has a meaning: there is no shell. */
function splitWords(commandLine: string): readonly string[] {
  const word = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g;
  if (commandLine.replaceAll(word, '').trim() !== '') {
    throw new Error('a quote in a smoke test is not closed');
  }
  return (commandLine.match(word) ?? []).map((one) => one.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

function parseUrl(text: string, target: string, options: string): SmokeTest {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url === undefined) {
    throw new Error(`"${target}" is not a URL`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error(
      'the URL of a smoke test has a user or password in it; use "run" with a program that has them from its env',
    );
  }
  const expected = parseExpected(options, [200, 399]);
  const [first, last] = expected.statuses;
  if (expected.contains !== undefined && (first > 200 || last < 200)) {
    throw new Error(`"${target}": contains= needs status 200, since other answers are not read`);
  }
  return { kind: 'url', text, url: url.href, expected };
}

function parseService(service: string, port: string, path: string): { service: string; port: string; path: string } {
  if (!SERVICE_NAME.test(service)) {
    throw new Error(`"${service}" is not the name of a Service`);
  }
  const isNumber = /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535;
  if (!isNumber && !PORT_NAME.test(port)) {
    throw new Error(`"${port}" is neither a port number nor the name of a port`);
  }
  // The API server's proxy is part of its own paths: two dots would lead to something else than the Service.
  const isStraight = path.split(/[/?]/).every((part) => !/^\.{1,2}$/.test(part.replaceAll(/%2e/gi, '.')));
  if (!PATH.test(path) || !isStraight || /%2f/i.test(path)) {
    throw new Error(`"${path}" is not a path like /health?full=true`);
  }
  return { service, port, path };
}

function parseExpected(options: string, usual: ExpectedAnswer['statuses']): ExpectedAnswer {
  const [, before = '', contains] = /^(.*?)(?:(?<!\S)contains=(.*))?$/s.exec(options) ?? [];
  const [status, ...more] = before.split(/\s+/).filter((word) => word !== '');
  if (more[0] !== undefined || (status !== undefined && !status.startsWith('status='))) {
    throw new Error(`"${more[0] ?? status}" is not expected there: a smoke test is ${FORMS}`);
  }
  if (contains?.trim() === '') {
    throw new Error('contains= has no text');
  }
  return { statuses: status === undefined ? usual : parseStatuses(status.slice('status='.length)), contains };
}

function parseStatuses(text: string): ExpectedAnswer['statuses'] {
  const [, first, last = first] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(text) ?? [];
  if (first === undefined || Number(first) > Number(last)) {
    throw new Error(`"${text}" is neither a status like 200 nor a range like 200-399`);
  }
  return [Number(first), Number(last)];
}
