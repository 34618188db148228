import { request as plainRequest, Agent as PlainAgent } from 'node:http';
import { request as tlsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Http, HttpTarget } from '../http.ts';
import type { Cancellation } from './cancellation.ts';
import { linesOf } from './lines.ts';

type Connection = Pick<RequestOptions, 'agent'>;

/**
 * Small requests and long streams over a unix socket or TLS. Connections of requests to the socket are kept: a deploy asks many short
 * questions. Each stream has a connection of its own, so that streams never keep a request waiting.
 */
export function createHttp(cancellation: Cancellation): Http {
  const kept = { agent: new PlainAgent({ keepAlive: true, maxSockets: 16 }) };
  const own = { agent: false } as const;
  return {
    request: async (target, request) => {
      const timeout = AbortSignal.timeout(request.timeoutSeconds * 1000);
      const options = optionsOf(request, AbortSignal.any([cancellation.signal, timeout]));
      try {
        const response = await begin(open(target, options, kept), request.body);
        return { ...headOf(response), body: await text(response) };
      } catch (error) {
        cancellation.assertNotCancelled();
        throw timeout.aborted ? noAnswerWithin(request.timeoutSeconds) : error;
      }
    },
    stream: async (target, request, stop) => {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), request.timeoutSeconds * 1000);
      const signal = AbortSignal.any([cancellation.signal, stop, late.signal]);
      try {
        const response = await begin(open(target, optionsOf({ ...request, method: 'GET' }, signal), own), undefined);
        return { ...headOf(response), lines: linesOf(response, cancellation) };
      } catch (error) {
        cancellation.assertNotCancelled();
        throw late.signal.aborted ? noAnswerWithin(request.timeoutSeconds) : error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

type Outgoing = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
};

function optionsOf({ method, path, headers, body }: Outgoing, signal: AbortSignal): RequestOptions {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return { method, path, headers: { accept: 'application/json', ...headers, ...length }, signal };
}

function open(target: HttpTarget, options: RequestOptions, connection: Connection): ClientRequest {
  if (target.kind === 'socket') {
    return plainRequest({ ...options, ...connection, socketPath: target.socketPath, host: 'localhost' });
  }
  const { hostname, port } = new URL(target.origin);
  return tlsRequest({
    ...options,
    hostname,
    port: port === '' ? 443 : Number(port),
    rejectUnauthorized: !target.skipVerify,
    ...(target.ca === undefined ? {} : { ca: target.ca }),
    ...(target.serverName === undefined ? {} : { servername: target.serverName }),
  });
}

async function begin(client: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('response', resolve);
    client.end(body);
  });
}

function headOf(response: IncomingMessage): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
} {
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  return { status: response.statusCode ?? 0, headers };
}

function noAnswerWithin(seconds: number): Error {
  return new Error(`no answer within ${seconds} s`);
}
