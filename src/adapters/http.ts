import { request as plainRequest, Agent as PlainAgent } from 'node:http';
import { request as tlsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Http, HttpAnswer, HttpRequest, HttpTarget } from '../ports.ts';
import type { Cancellation } from './cancellation.ts';

/** Small requests over a unix socket or TLS. Connections to the socket are kept: a deploy asks many short questions. */
export function createHttp(cancellation: Cancellation): Http {
  const agent = new PlainAgent({ keepAlive: true, maxSockets: 8 });
  return {
    request: async (target, request) => {
      const timeout = AbortSignal.timeout(request.timeoutSeconds * 1000);
      const options: RequestOptions = {
        method: request.method,
        path: request.path,
        headers: { accept: 'application/json', ...request.headers, ...lengthOf(request.body) },
        signal: AbortSignal.any([cancellation.signal, timeout]),
      };
      try {
        return await send(open(target, options, agent), request);
      } catch (error) {
        cancellation.assertNotCancelled();
        throw timeout.aborted ? new Error(`no answer within ${request.timeoutSeconds} s`) : error;
      }
    },
  };
}

function open(target: HttpTarget, options: RequestOptions, agent: PlainAgent): ClientRequest {
  if (target.kind === 'socket') {
    return plainRequest({ ...options, agent, socketPath: target.socketPath, host: 'localhost' });
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

async function send(client: ClientRequest, request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('response', (response) => {
      read(response).then(resolve, reject);
    });
    client.end(request.body);
  });
}

async function read(response: IncomingMessage): Promise<HttpAnswer> {
  const body = await text(response);
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  return { status: response.statusCode ?? 0, headers, body };
}

function lengthOf(body: string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}
