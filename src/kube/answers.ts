import { DeployError, messageOf } from '../errors.ts';
import type { HttpAnswer, StreamedAnswer } from '../http.ts';
import type { ApiAnswer } from './api.ts';

type Headers = Readonly<Record<string, string>>;

/** What an answer of kubectl proxy says. Throws when it only says that the server could not be reached. */
export function readAnswer({ status, headers, body: text }: HttpAnswer): ApiAnswer {
  if (isTransportFailure(status, headers)) {
    throw transportFailure(firstLine(text));
  }
  const serverTime = Date.parse(headers['date'] ?? '');
  return {
    status,
    body: isJson(headers) ? parseJson(text) : undefined,
    text,
    serverTimeMilliseconds: Number.isNaN(serverTime) ? undefined : serverTime,
    retryAfterSeconds: retryAfterSecondsOf(headers),
  };
}

/** The same for an answer that goes on. */
export async function readStream(answer: StreamedAnswer): Promise<StreamedAnswer> {
  const lines = reachableLines(answer.lines);
  if (isTransportFailure(answer.status, answer.headers)) {
    throw transportFailure(firstLine(await textOf(lines)));
  }
  return { ...answer, lines };
}

async function* reachableLines(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  try {
    yield* lines;
  } catch (error) {
    throw asUnreachable(error);
  }
}

/** All of an answer that ends by itself. */
export async function textOf(lines: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(lines)).join('\n');
}

/** Undefined also where the header is a date: API servers write seconds. */
function retryAfterSecondsOf(headers: Headers): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why no answer came. A failure that is told already, such as a cancellation, stays what it is: it says nothing about the server. */
export function asUnreachable(error: unknown): DeployError {
  return error instanceof DeployError ? error : unreachable(messageOf(error), error);
}

/**
 * kubectl proxy answers 500 or 502 in plain text when it could not reach the server (kubectl proxy_server.go, responder.Error). An API server
 * puts an audit-id on whatever it answers, also on what a Service or a kubelet behind it said.
 */
function isTransportFailure(status: number, headers: Headers): boolean {
  return !isJson(headers) && headers['audit-id'] === undefined && (status === 500 || status === 502);
}

function isJson(headers: Headers): boolean {
  return headers['content-type']?.includes('json') === true;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

function transportFailure(message: string): DeployError {
  if (/getting credentials|exec plugin|executable .* (failed|not found)/i.test(message)) {
    return new DeployError('credentials-rejected', `The kubeconfig's credential plugin failed: ${message}`, {
      hint: 'Run the login step of the cloud provider before this action, in the same job.',
    });
  }
  return unreachable(message, undefined);
}

function unreachable(message: string, cause: unknown): DeployError {
  return new DeployError('cluster-unreachable', `The API server does not answer: ${message}`, {
    hint: 'Check the server address in the kubeconfig and that the runner may reach it (firewall, VPN, private cluster).',
    cause,
  });
}
